import Imaging

extension ModelDescription {
    /// The box that four numbers of `boxFormat` stand for, in input pixels; corners may come in either order.
    func box(_ numbers: SIMD4<Float>) -> BoundingBox {
        let unit = boxFormat.isPixels ? SIMD2<Float>(1, 1) : SIMD2(Float(inputSize.width), Float(inputSize.height))
        switch boxFormat {
        case .centred, .centredPixels:
            return BoundingBox(
                centred: SIMD4(numbers.x * unit.x, numbers.y * unit.y, numbers.z * unit.x, numbers.w * unit.y))
        case .xyxy, .xyxyPixels: return Self.corners(numbers.x, numbers.y, numbers.z, numbers.w, unit)
        case .yxyx, .yxyxPixels: return Self.corners(numbers.y, numbers.x, numbers.w, numbers.z, unit)
        }
    }

    private static func corners(
        _ x1: Float, _ y1: Float, _ x2: Float, _ y2: Float, _ unit: SIMD2<Float>
    ) -> BoundingBox {
        BoundingBox(
            minX: min(x1, x2) * unit.x, minY: min(y1, y2) * unit.y, maxX: max(x1, x2) * unit.x,
            maxY: max(y1, y2) * unit.y)
    }
}
