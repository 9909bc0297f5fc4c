import Tensors

/// A node with the types of its operands and the values of those that are constant: all that shape rules need.
struct Operands {
    let node: Node
    let types: [TensorType?]
    /// nil where a value is not known before the network runs.
    let values: [Tensor?]

    func failure(_ code: GraphError.Code, _ reason: String) -> GraphError {
        GraphError(code, operation: node.operation.name, subject: node.name, reason: reason)
    }

    func isPresent(_ index: Int) -> Bool { node.input(index) != nil }

    /// Type of operand `index`, which must be present.
    func type(_ index: Int) throws(GraphError) -> TensorType {
        guard index < types.count, let type = types[index] else {
            throw failure(.invalidGraph, "its operand \(index) is absent")
        }
        return type
    }

    func shape(_ index: Int) throws(GraphError) -> Shape { try type(index).shape }

    /// The value of operand `index`, which must be present and known.
    func value(_ index: Int, _ role: String) throws(GraphError) -> Tensor {
        guard index < values.count, let value = values[index] else {
            throw failure(
                .dataDependentShape,
                "its \(role) is computed from the picture; only \(role) known when the model is loaded is supported")
        }
        return value
    }

    /// The value of operand `index` as a list of integers.
    func integers(_ index: Int, _ role: String) throws(GraphError) -> [Int] {
        guard let integers = try value(index, role).integers else {
            throw failure(.typeMismatch, "its \(role) must hold integers")
        }
        return integers.map { Int($0) }
    }

    /// The value of operand `index` as a list of floats.
    func floats(_ index: Int, _ role: String) throws(GraphError) -> [Float] {
        guard let floats = try value(index, role).floats else {
            throw failure(.typeMismatch, "its \(role) must hold floats")
        }
        return floats
    }

    /// `axis` counted from the front, checked against `rank`.
    func axis(_ axis: Int, rank: Int) throws(GraphError) -> Int {
        let positive = axis < 0 ? axis &+ rank : axis
        guard (0..<rank).contains(positive) else {
            throw failure(.invalidValue, "has axis \(axis) for \(rank) dimensions")
        }
        return positive
    }

    /// Axes counted from the front; a repeated axis is an error.
    func axes(_ list: [Int], rank: Int) throws(GraphError) -> [Int] {
        guard list.count <= rank else { throw failure(.invalidValue, "names \(list.count) axes of \(rank)") }
        var result: [Int] = []
        for item in list {
            let axis = try axis(item, rank: rank)
            guard !result.contains(axis) else { throw failure(.invalidValue, "names axis \(item) twice") }
            result.append(axis)
        }
        return result
    }

    /// `dimensions` as a shape of acceptable size.
    func checked(_ dimensions: [Int]) throws(GraphError) -> Shape {
        guard dimensions.count <= ShapeInference.maximumRank else {
            throw failure(.tooLarge, "would have \(dimensions.count) dimensions")
        }
        var count = 1
        for dimension in dimensions {
            guard dimension >= 0 else {
                throw failure(.shapeMismatch, "would have the shape \(Shape(dimensions))")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: max(dimension, 1))
            guard !overflow, product <= ShapeInference.maximumElements else {
                throw failure(.tooLarge, "would have the shape \(Shape(dimensions)), which is too large")
            }
            count = product
        }
        return Shape(dimensions)
    }

    func requireRank(_ rank: Int, operand index: Int, _ role: String) throws(GraphError) {
        let shape = try shape(index)
        guard shape.rank == rank else {
            throw failure(.shapeMismatch, "its \(role) has the shape \(shape), but \(rank) dimensions are supported")
        }
    }

    func requireFloat(_ index: Int = 0) throws(GraphError) {
        let type = try type(index)
        guard type.elementType == .float32 else {
            throw failure(.typeMismatch, "works on float32, not on \(type.elementType.rawValue)")
        }
    }
}
