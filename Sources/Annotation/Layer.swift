import Imaging
import Media

/// A rectangle of whole pixels; may reach beyond the frame.
struct PixelRectangle: Sendable, Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
    var maxX: Int { x + width }
    var maxY: Int { y + height }

    func intersects(_ other: PixelRectangle) -> Bool {
        x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
    }

    /// The part inside a frame of `size`; width or height may come out as 0.
    func clipped(to size: ImageSize) -> PixelRectangle {
        let (left, top) = (min(max(x, 0), size.width), min(max(y, 0), size.height))
        return PixelRectangle(
            x: left, y: top, width: max(0, min(maxX, size.width) - left), height: max(0, min(maxY, size.height) - top))
    }
}

/// Paint of one colour: how much of each pixel of a rectangle it covers.
struct Layer {
    /// Coverage of the rectangle's pixels, 0...255.
    enum Coverage {
        case uniform(UInt8)
        /// Of the rectangle's size.
        case mask(CoverageMask)
    }

    var rectangle: PixelRectangle
    var coverage: Coverage
    var colour: RGBColor
    /// Scales the coverage, 0...255.
    var opacity: UInt8 = 255
}
