import Tensors

extension Evaluation {
    func gatherElements(axis: Int, shape: Shape) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let position = try operands.axis(axis, rank: x.shape.rank)
        let (from, to) = (x.shape.strides, shape.strides)
        var sources: [Int] = []
        for (place, index) in try operands.integers(1, "indices").enumerated() {
            var source = try inside(index, x.shape[position]) * from[position]
            for other in 0..<shape.rank where other != position {
                source += place / to[other] % shape[other] * from[other]
            }
            sources.append(source)
        }
        return x.gathering(sources, shape: shape)
    }

    func gatherParts(batchAxes: Int, shape: Shape) throws(GraphError) -> Tensor {
        let (x, indexShape) = (try tensor(0), try tensor(1).shape)
        let indices = try operands.integers(1, "indices")
        let depth = indexShape.dimensions.last ?? 1
        let strides = x.shape.strides
        let size = x.shape.dimensions[(batchAxes + depth)...].reduce(1, *)
        let batchSize = x.shape.dimensions[batchAxes...].reduce(1, *)
        let rowsOfBatch = indexShape.dimensions.dropLast()[batchAxes...].reduce(1, *)
        var sources: [Int] = []
        for row in 0..<indices.count / depth {
            var source = row / max(1, rowsOfBatch) * batchSize
            for axis in 0..<depth {
                source += try inside(indices[row * depth + axis], x.shape[batchAxes + axis]) * strides[batchAxes + axis]
            }
            sources.append(contentsOf: source..<source + size)
        }
        return x.gathering(sources, shape: shape)
    }

    func topIndices(axis: Int, isLargest: Bool, shape: Shape) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let position = try operands.axis(axis, rank: x.shape.rank)
        let (extent, stride, count) = (x.shape[position], x.shape.strides[position], shape[position])
        var result = [Int64](repeating: 0, count: shape.count)
        for line in 0..<x.count / extent {
            let (outer, inner) = (line / stride, line % stride)
            let first = outer * extent * stride + inner
            let order = (0..<extent).sorted { a, b in
                let (left, right) = (first + a * stride, first + b * stride)
                let (better, worse) = isLargest ? (right, left) : (left, right)
                if x.storage.precedes(better, worse) { return true }
                return !x.storage.precedes(worse, better) && a < b
            }
            for rank in 0..<count { result[(outer * count + rank) * stride + inner] = Int64(order[rank]) }
        }
        return Tensor(result, shape: shape)
    }

    /// `index`, counted from the back where it is negative, from the front.
    private func inside(_ index: Int, _ extent: Int) throws(GraphError) -> Int {
        let positive = index < 0 ? index &+ extent : index
        guard (0..<extent).contains(positive) else {
            throw operands.failure(.invalidValue, "takes element \(index) of \(extent)")
        }
        return positive
    }
}
