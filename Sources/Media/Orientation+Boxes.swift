package import Imaging

extension Orientation {
    /// Where in a decoded picture of `size` pixels lies what the displayed picture shows in `box`.
    package func decoded(_ box: BoundingBox, in size: ImageSize) -> BoundingBox {
        let walk = walk(over: size)
        func decoded(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
            // The walk goes from centre to centre of pixels.
            let (right, down) = (x - 0.5, y - 0.5)
            return (
                Float(walk.origin.x) + 0.5 + right * Float(walk.right.x) + down * Float(walk.down.x),
                Float(walk.origin.y) + 0.5 + right * Float(walk.right.y) + down * Float(walk.down.y)
            )
        }
        let (a, b) = (decoded(box.x, box.y), decoded(box.maxX, box.maxY))
        return BoundingBox(minX: min(a.x, b.x), minY: min(a.y, b.y), maxX: max(a.x, b.x), maxY: max(a.y, b.y))
    }
}
