import Tensors

extension Operands {
    func reshapeType(allowZero: Bool) throws(GraphError) -> TensorType {
        let x = try type(0)
        var dimensions = try integers(1, "shape")
        var open: Int?
        for (axis, extent) in dimensions.enumerated() {
            if extent == -1 {
                guard open == nil else { throw failure(.invalidValue, "leaves two dimensions open: \(dimensions)") }
                open = axis
                dimensions[axis] = 1
            } else if extent == 0, !allowZero {
                guard axis < x.shape.rank else {
                    throw failure(.invalidValue, "copies dimension \(axis) of \(x.shape), which has none")
                }
                dimensions[axis] = x.shape[axis]
            }
        }
        let known = try checked(dimensions).count
        if let open, known > 0, x.shape.count % known == 0 { dimensions[open] = x.shape.count / known }
        guard try checked(dimensions).count == x.shape.count else {
            throw failure(.shapeMismatch, "cannot make \(x.shape) into \(Shape(try integers(1, "shape")))")
        }
        return TensorType(x.elementType, Shape(dimensions))
    }

    func flattenType(axis: Int) throws(GraphError) -> TensorType {
        let x = try type(0)
        let split = axis < 0 ? axis &+ x.shape.rank : axis
        guard (0...x.shape.rank).contains(split) else {
            throw failure(.invalidValue, "has axis \(axis) for \(x.shape.rank) dimensions")
        }
        let rows = x.shape.dimensions[..<split].reduce(1, *)
        let columns = x.shape.dimensions[split...].reduce(1, *)
        return TensorType(x.elementType, [rows, columns])
    }

    /// The permutation with an empty one, which reverses the axes, spelt out.
    func resolvedPermutation(_ permutation: [Int]) throws(GraphError) -> [Int] {
        let rank = try shape(0).rank
        let resolved = permutation.isEmpty ? Array((0..<rank).reversed()) : permutation
        guard resolved.sorted() == Array(0..<rank) else {
            throw failure(.invalidValue, "cannot permute \(rank) axes by \(permutation)")
        }
        return resolved
    }

    func transposeType(_ permutation: [Int]) throws(GraphError) -> TensorType {
        let x = try type(0)
        return TensorType(x.elementType, Shape(try resolvedPermutation(permutation).map { x.shape[$0] }))
    }

    func squeezeType() throws(GraphError) -> TensorType {
        let x = try type(0)
        let removed: [Int]
        if isPresent(1) {
            removed = try axes(try integers(1, "list of axes"), rank: x.shape.rank)
        } else {
            removed = (0..<x.shape.rank).filter { x.shape[$0] == 1 }
        }
        for axis in removed where x.shape[axis] != 1 {
            throw failure(.shapeMismatch, "cannot remove axis \(axis) of \(x.shape)")
        }
        return TensorType(x.elementType, Shape((0..<x.shape.rank).filter { !removed.contains($0) }.map { x.shape[$0] }))
    }

    func unsqueezeType() throws(GraphError) -> TensorType {
        let x = try type(0)
        let list = try integers(1, "list of axes")
        guard x.shape.rank + list.count <= ShapeInference.maximumRank else {
            throw failure(.tooLarge, "would have \(x.shape.rank + list.count) dimensions")
        }
        let added = Set(try axes(list, rank: x.shape.rank + list.count))
        var extents = x.shape.dimensions.makeIterator()
        let dimensions = (0..<x.shape.rank + added.count).map { added.contains($0) ? 1 : extents.next() ?? 1 }
        return TensorType(x.elementType, Shape(dimensions))
    }

    func expandType() throws(GraphError) -> TensorType {
        let x = try type(0)
        let target = try checked(try integers(1, "shape"))
        guard let shape = x.shape.broadcast(with: target) else {
            throw failure(.shapeMismatch, "cannot expand \(x.shape) to \(target)")
        }
        return TensorType(x.elementType, try checked(shape.dimensions))
    }

    func tileType() throws(GraphError) -> TensorType {
        let x = try type(0)
        let repeats = try integers(1, "list of repeats")
        guard repeats.count == x.shape.rank, repeats.allSatisfy({ (0...ShapeInference.maximumElements).contains($0) })
        else {
            throw failure(.invalidValue, "cannot repeat \(x.shape) by \(repeats)")
        }
        return TensorType(x.elementType, try checked(zip(x.shape.dimensions, repeats).map { $0 * $1 }))
    }

    func constantOfShapeType(_ value: Tensor) throws(GraphError) -> TensorType {
        guard value.count == 1 else { throw failure(.invalidValue, "its value must be one element") }
        return TensorType(value.elementType, try checked(try integers(0, "shape")))
    }

    func rangeType() throws(GraphError) -> TensorType {
        let elementType = try type(0).elementType
        for index in 0...2 {
            guard try type(index).elementType == elementType, elementType != .bool, try shape(index).count == 1 else {
                throw failure(.typeMismatch, "its start, limit and delta must be three numbers of one type")
            }
        }
        let bounds = elementType == .float32 ? try floatBounds() : try integerBounds()
        let count = ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up)
        guard count.isFinite, count <= Double(ShapeInference.maximumElements) else {
            throw failure(.invalidValue, "never reaches its limit or is too long")
        }
        return TensorType(elementType, [Int(max(count, 0))])
    }

    private func floatBounds() throws(GraphError) -> [Double] {
        var bounds: [Double] = []
        for (index, role) in ["start", "limit", "delta"].enumerated() {
            bounds.append(Double(try floats(index, role)[0]))
        }
        return bounds
    }

    private func integerBounds() throws(GraphError) -> [Double] {
        var bounds: [Double] = []
        for (index, role) in ["start", "limit", "delta"].enumerated() {
            bounds.append(Double(try integers(index, role)[0]))
        }
        return bounds
    }
}
