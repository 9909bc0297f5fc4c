/// An axis-aligned rectangle in pixels, origin at the top left, x to the right and y down.
///
/// Coordinates are continuous: the pixel in column 3 covers x from 3 to 4. Width and height are never negative in
/// boxes that the detector produces; a degenerate box has zero area.
package struct BoundingBox: Sendable, Hashable {
    /// Left edge, pixels.
    package var x: Float
    /// Top edge, pixels.
    package var y: Float
    /// Horizontal extent, pixels.
    package var width: Float
    /// Vertical extent, pixels.
    package var height: Float

    package init(x: Float, y: Float, width: Float, height: Float) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// A box from its corners; `maxX`/`maxY` below the minimum give a zero extent.
    package init(minX: Float, minY: Float, maxX: Float, maxY: Float) {
        self.init(x: minX, y: minY, width: max(0, maxX - minX), height: max(0, maxY - minY))
    }

    package var maxX: Float { x + width }
    package var maxY: Float { y + height }
    package var centerX: Float { x + width / 2 }
    package var centerY: Float { y + height / 2 }
    /// Area in square pixels.
    package var area: Float { width * height }

    /// Area of overlap with `other`, in square pixels.
    package func intersectionArea(with other: BoundingBox) -> Float {
        let overlapX = min(maxX, other.maxX) - max(x, other.x)
        let overlapY = min(maxY, other.maxY) - max(y, other.y)
        return overlapX > 0 && overlapY > 0 ? overlapX * overlapY : 0
    }

    /// Intersection over union in 0...1; 0 where both boxes are empty.
    package func intersectionOverUnion(with other: BoundingBox) -> Float {
        let intersection = intersectionArea(with: other)
        let union = area + other.area - intersection
        return union > 0 ? intersection / union : 0
    }

    /// The part of the box inside a picture of `size`.
    package func clipped(to size: ImageSize) -> BoundingBox {
        BoundingBox(
            minX: min(max(x, 0), Float(size.width)), minY: min(max(y, 0), Float(size.height)),
            maxX: min(max(maxX, 0), Float(size.width)), maxY: min(max(maxY, 0), Float(size.height)))
    }
}
