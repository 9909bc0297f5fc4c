import Imaging

/// The cells of one stride.
struct GridLevel: Sendable {
    let stride: Int
    let columns: Int
    let rows: Int
    var cellCount: Int { columns * rows }

    static func levels(of size: ImageSize, strides: [Int]) -> [GridLevel] {
        strides.map { stride in
            GridLevel(
                stride: stride, columns: (size.width + stride - 1) / stride, rows: (size.height + stride - 1) / stride)
        }
    }

    /// A YOLOX prediction as centre, width and height in input pixels.
    func decode(_ encoded: SIMD4<Float>, cell: Int) -> SIMD4<Float> {
        let scale = Float(stride)
        return SIMD4(
            (encoded.x + Float(cell % columns)) * scale, (encoded.y + Float(cell / columns)) * scale,
            exponential(encoded.z) * scale, exponential(encoded.w) * scale)
    }
}
