package import Imaging

/// A rectangle of whole pixels; may reach beyond the frame.
package struct PixelRectangle: Sendable, Hashable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    package var maxX: Int { x + width }
    package var maxY: Int { y + height }

    /// Number of pixels in both.
    package func commonArea(with other: PixelRectangle) -> Int {
        let width = min(maxX, other.maxX) - max(x, other.x)
        let height = min(maxY, other.maxY) - max(y, other.y)
        return width > 0 && height > 0 ? width * height : 0
    }

    /// The part inside a frame of `size`; width or height may come out as 0.
    package func clipped(to size: ImageSize) -> PixelRectangle {
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
