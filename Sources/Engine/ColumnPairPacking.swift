import Kernels

extension ConvolutionOperation {
    /// Whether two neighbouring pixels can be computed from transformed operands: a stem whose kernel has six columns and stride 2,
    /// in 32-bit floats.
    var allowsColumnPairs: Bool {
        source == .planar && operands == .float32 && output.storesFloats && output.width % 2 == 0
            && window.kernelWidth == 6 && window.strideX == 2 && window.dilationX == 1
    }
}

extension WeightPacking {
    /// As `planar`, for pairs of output pixels: for each plane and kernel row, even columns, then odd ones, four transformed
    /// weights each.
    func columnPairs(scratchRows: Int, rowStride: Int, window: WindowGeometry) -> PackedConvolution {
        var pairs = self
        pairs.kernelWidth = 8
        pairs.weights = []
        pairs.weights.reserveCapacity(weights.count / 6 * 8)
        for start in stride(from: 0, to: weights.count, by: 6) {
            for parity in start..<start + 2 {
                pairs.weights += Self.transformed(weights[parity], weights[parity + 2], weights[parity + 4])
            }
        }
        return pairs.planar(scratchRows: scratchRows, rowStride: rowStride, window: window)
    }

    /// Winograd's F(2, 3) of three weights, rounded once.
    private static func transformed(_ first: Float, _ second: Float, _ third: Float) -> [Float] {
        let (outer, inner) = (Double(first) + Double(third), Double(second))
        return [first, Float((outer + inner) / 2), Float((outer - inner) / 2), third]
    }
}
