import Imaging

/// The frame around an object: a coloured line centred on the box's edge, with a thin dark rim that keeps it visible on
/// any background.
struct BoxOutline {
    let edge: PixelRectangle
    let width: Int

    /// Coverage of the dark rim, 0...255.
    static let rimCoverage: UInt8 = 110

    /// The outer side of the coloured line.
    var outer: PixelRectangle { edge.grown(by: width / 2) }
    var rimWidth: Int { max(1, width / 4) }
    /// The outer side of the rim.
    var rim: PixelRectangle { outer.grown(by: rimWidth) }

    func layers(colour: RGBColor) -> [Layer] {
        let dark = RGBColor(red: 0, green: 0, blue: 0)
        return Self.ring(rim, width: rimWidth, colour: dark, coverage: Self.rimCoverage)
            + Self.ring(outer, width: width, colour: colour, coverage: 255)
    }

    /// Four bars along the inside of `rectangle`, not overlapping.
    private static func ring(
        _ rectangle: PixelRectangle, width: Int, colour: RGBColor, coverage: UInt8
    ) -> [Layer] {
        let (x, y) = (rectangle.x, rectangle.y)
        let thickness = min(width, (rectangle.height + 1) / 2)
        let side = min(width, (rectangle.width + 1) / 2)
        let inner = max(0, rectangle.height - 2 * thickness)
        let bottom = max(y + thickness, rectangle.maxY - thickness)
        let right = max(x + side, rectangle.maxX - side)
        let bars = [
            PixelRectangle(x: x, y: y, width: rectangle.width, height: thickness),
            PixelRectangle(x: x, y: bottom, width: rectangle.width, height: rectangle.maxY - bottom),
            PixelRectangle(x: x, y: y + thickness, width: side, height: inner),
            PixelRectangle(x: right, y: y + thickness, width: rectangle.maxX - right, height: inner),
        ]
        return bars.map { Layer(rectangle: $0, coverage: .uniform(coverage), colour: colour) }
    }
}

extension PixelRectangle {
    /// The pixels nearest to `box`, at least one each way; nil where coordinates are not finite or absurdly large.
    init?(_ box: BoundingBox) {
        let corners = [box.x, box.y, box.maxX, box.maxY]
        guard corners.allSatisfy({ $0.isFinite && abs($0) < 1_000_000 }) else { return nil }
        let rounded = corners.map { Int($0.rounded()) }
        self.init(
            x: rounded[0], y: rounded[1], width: max(1, rounded[2] - rounded[0]),
            height: max(1, rounded[3] - rounded[1]))
    }

    /// Larger by `margin` on each side.
    func grown(by margin: Int) -> PixelRectangle {
        PixelRectangle(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
    }
}
