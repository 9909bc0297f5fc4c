import Imaging

/// A label ready to draw: a rounded plate and the words on it.
struct LabelPlate: Sendable {
    /// One word with its place on the plate.
    struct Word: Sendable {
        let mask: CoverageMask
        let x: Int
        let y: Int
        /// Lighter for what matters less.
        let opacity: UInt8
    }

    let words: [Word]
    let size: ImageSize
    private let radius: Double

    /// Lays `masks` out side by side, separated by `gap` pixels, with `margin` pixels at both ends and about half of that
    /// above and below.
    init(masks: [(mask: CoverageMask, opacity: UInt8)], margin: Int, gap: Int) {
        let height = masks.reduce(0) { max($0, $1.mask.size.height) }
        let rise = Self.rise(margin: margin)
        var x = margin
        words = masks.map { entry in
            defer { x += entry.mask.size.width + gap }
            return Word(
                mask: entry.mask, x: x, y: rise + (height - entry.mask.size.height) / 2, opacity: entry.opacity)
        }
        size = ImageSize(width: max(1, x - gap + margin), height: max(1, height + 2 * rise))
        radius = Double(margin) * 0.6
    }

    /// Pixels above and below the words.
    static func rise(margin: Int) -> Int { max(1, margin / 3) }

    /// The layers of the plate with its top left corner at `x`, `y`.
    func layers(x: Int, y: Int, colour: RGBColor) -> [Layer] {
        let background = Layer(
            rectangle: PixelRectangle(x: x, y: y, width: size.width, height: size.height),
            coverage: .mask(.rounded(size, radius: radius)), colour: colour)
        return [background]
            + words.map { word in
                let place = PixelRectangle(
                    x: x + word.x, y: y + word.y, width: word.mask.size.width, height: word.mask.size.height)
                return Layer(
                    rectangle: place, coverage: .mask(word.mask), colour: colour.textColour, opacity: word.opacity)
            }
    }
}

extension CoverageMask {
    /// A filled rectangle with rounded corners, smooth at the edge.
    static func rounded(_ size: ImageSize, radius: Double) -> CoverageMask {
        let radius = min(radius, Double(min(size.width, size.height)) / 2)
        func inset(_ index: Int, _ extent: Int) -> Double {
            let centre = Double(index) + 0.5
            return max(0, radius - min(centre, Double(extent) - centre))
        }
        var coverage = [UInt8](repeating: 255, count: size.area)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (dx, dy) = (inset(x, size.width), inset(y, size.height))
                guard dx > 0, dy > 0 else { continue }
                let distance = radius - (dx * dx + dy * dy).squareRoot()
                coverage[y * size.width + x] = UInt8(min(max(distance + 0.5, 0), 1) * 255)
            }
        }
        return CoverageMask(size: size, coverage: coverage)
    }
}
