import Tensors

extension Operands {
    func quantizeType(axis: Int, isSigned: Bool) throws(GraphError) -> TensorType {
        try requireFloat()
        try requireScale(axis: axis)
        return TensorType(isSigned ? .int32 : .uint8, try shape(0))
    }

    func dequantizeType(axis: Int) throws(GraphError) -> TensorType {
        let x = try type(0)
        guard x.elementType == .uint8 || x.elementType == .int32 else {
            throw failure(.typeMismatch, "works on small integers, not on \(x.elementType.rawValue)")
        }
        try requireScale(axis: axis)
        return TensorType(.float32, x.shape)
    }

    /// Checks that scale and zero point are one number, or one for each index along `axis`.
    private func requireScale(axis: Int) throws(GraphError) {
        try requireFloat(1)
        let (x, scale) = (try shape(0), try shape(1))
        if scale.count != 1 || scale.rank > 1 {
            guard scale.rank == 1, scale[0] == x[try self.axis(axis, rank: x.rank)] else {
                throw failure(.shapeMismatch, "its scale \(scale) does not fit \(x)")
            }
        }
        guard isPresent(2) else { return }
        let zeroPoint = try type(2)
        guard zeroPoint.elementType == .uint8 || zeroPoint.elementType == .int32 else {
            throw failure(.typeMismatch, "its zero point is \(zeroPoint.elementType.rawValue)")
        }
        guard zeroPoint.shape.count == scale.count else {
            throw failure(.shapeMismatch, "its zero point \(zeroPoint.shape) does not fit its scale \(scale)")
        }
    }
}
