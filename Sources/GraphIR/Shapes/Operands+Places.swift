import Tensors

/// Operators that find places in tensors, and those that take what is there.
extension Operands {
    func gatherElementsType(axis: Int) throws(GraphError) -> TensorType {
        let (x, indices) = (try type(0), try indexType(1))
        let position = try self.axis(axis, rank: x.shape.rank)
        guard indices.shape.rank == x.shape.rank,
            x.shape.dimensions.indices.allSatisfy({ $0 == position || indices.shape[$0] <= x.shape[$0] })
        else {
            throw failure(
                .shapeMismatch, "cannot take elements at the indices \(indices.shape) along axis \(axis) of \(x.shape)")
        }
        return TensorType(x.elementType, indices.shape)
    }

    func gatherPartsType(batchAxes: Int) throws(GraphError) -> TensorType {
        let (x, indices) = (try type(0), try indexType(1))
        guard (0..<max(1, indices.shape.rank)).contains(batchAxes), let depth = indices.shape.dimensions.last,
            depth >= 1, depth <= x.shape.rank - batchAxes,
            x.shape.dimensions.prefix(batchAxes) == indices.shape.dimensions.prefix(batchAxes)
        else {
            throw failure(
                .shapeMismatch,
                "cannot take parts at the indices \(indices.shape) of \(x.shape) with \(batchAxes) common axes")
        }
        let dimensions = indices.shape.dimensions.dropLast() + x.shape.dimensions[(batchAxes + depth)...]
        return TensorType(x.elementType, try checked(Array(dimensions)))
    }

    func topIndicesType(axis: Int) throws(GraphError) -> TensorType {
        let x = try type(0)
        guard x.elementType != .bool else { throw failure(.typeMismatch, "does not work on bool") }
        let position = try self.axis(axis, rank: x.shape.rank)
        let counts = try integers(1, "k")
        guard counts.count == 1 else { throw failure(.invalidValue, "its k must be one number") }
        guard (1...max(1, x.shape[position])).contains(counts[0]), x.shape[position] > 0 else {
            throw failure(
                .invalidValue,
                "takes \(counts[0]) of the \(x.shape[position]) elements along axis \(axis) of \(x.shape)")
        }
        var shape = x.shape
        shape[position] = counts[0]
        return TensorType(.int64, shape)
    }

    private func indexType(_ index: Int) throws(GraphError) -> TensorType {
        let type = try type(index)
        guard type.elementType == .int64 || type.elementType == .int32 else {
            throw failure(.typeMismatch, "its indices must be integers")
        }
        return type
    }
}
