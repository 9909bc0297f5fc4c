import Tensors

extension Evaluation {
    func quantize(axis: Int, isSigned: Bool) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let grid = try grid(axis: axis)
        let range: ClosedRange<Float> = isSigned ? -128...127 : 0...255
        let values = try floats(0).enumerated().map { index, value -> Int64 in
            let (scale, zeroPoint) = grid.entry(index)
            let rounded = (value / scale).rounded(.toNearestOrEven) + Float(zeroPoint)
            return rounded.isNaN ? zeroPoint : Int64(min(max(rounded, range.lowerBound), range.upperBound))
        }
        return .integers(values, as: isSigned ? .int32 : .uint8, shape: x.shape)
    }

    func dequantize(axis: Int) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let grid = try grid(axis: axis)
        let values = (x.integers ?? []).enumerated().map { index, value -> Float in
            let (scale, zeroPoint) = grid.entry(index)
            return Float(value - zeroPoint) * scale
        }
        return Tensor(values, shape: x.shape)
    }

    private func grid(axis: Int) throws(GraphError) -> Grid {
        let (x, scales) = (try tensor(0).shape, try floats(1))
        let zeroPoints = operands.isPresent(2) ? try operands.integers(2, "zero point") : []
        let inner = scales.count == 1 ? 1 : x.dimensions[(try operands.axis(axis, rank: x.rank) + 1)...].reduce(1, *)
        return Grid(scales: scales, zeroPoints: zeroPoints.map(Int64.init), inner: inner)
    }
}

/// Scale and zero point of each element of a tensor.
private struct Grid {
    let scales: [Float]
    /// Empty for zeros.
    let zeroPoints: [Int64]
    /// Elements behind each other that share an entry.
    let inner: Int

    func entry(_ element: Int) -> (scale: Float, zeroPoint: Int64) {
        let entry = element / inner % scales.count
        return (scales[entry], zeroPoints.isEmpty ? 0 : zeroPoints[entry])
    }
}
