package import Tensors

extension Evaluation {
    func select(shape: Shape) throws(GraphError) -> Tensor {
        let condition = try tensor(0).broadcast(to: shape).integers ?? []
        let parts = [try tensor(1).broadcast(to: shape), try tensor(2).broadcast(to: shape)]
        let sources = condition.enumerated().map { $0.element != 0 ? $0.offset : shape.count + $0.offset }
        return Tensor.chained(parts).gathering(sources, shape: shape)
    }

    func scatter() throws(GraphError) -> Tensor {
        let (x, updates) = (try tensor(0), try tensor(2))
        guard let rows = try tensor(1).scatteredRows(of: x.shape) else {
            throw operands.failure(.invalidValue, "has an index outside \(x.shape)")
        }
        let size = rows.isEmpty ? 0 : updates.count / rows.count
        var sources = Array(0..<x.count)
        for (update, row) in rows.enumerated() {
            for element in 0..<size { sources[row * size + element] = x.count + update * size + element }
        }
        return Tensor.chained([x, updates]).gathering(sources, shape: x.shape)
    }
}

extension Tensor {
    /// Of indices `[…, K]` of the first K axes of `shape`, for each the number of the row it names among all rows of these axes; nil
    /// where one lies outside.
    package func scatteredRows(of shape: Shape) -> [Int]? {
        guard let depth = self.shape.dimensions.last, (1...max(1, shape.rank)).contains(depth), depth <= shape.rank,
            let values = integers
        else { return nil }
        var rows: [Int] = []
        rows.reserveCapacity(values.count / depth)
        for first in stride(from: 0, to: values.count, by: depth) {
            var row = 0
            for axis in 0..<depth {
                let extent = shape[axis]
                let index = values[first + axis] < 0 ? values[first + axis] &+ Int64(extent) : values[first + axis]
                guard (0..<Int64(extent)).contains(index) else { return nil }
                row = row * extent + Int(index)
            }
            rows.append(row)
        }
        return rows
    }
}
