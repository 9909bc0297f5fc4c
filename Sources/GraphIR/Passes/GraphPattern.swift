import Tensors

/// A graph seen backwards from a value, for passes that recognise what several nodes compute together.
struct GraphPattern {
    private(set) var graph: Graph
    let index: GraphIndex
    let types: [String: TensorType]

    init(_ graph: Graph, types: [String: TensorType]) {
        self.graph = graph
        self.types = types
        index = GraphIndex(graph)
    }

    /// Follows an edit that keeps the node's results.
    mutating func replace(_ node: Node, at position: Int) { graph.nodes[position] = node }

    /// The node that makes `value`, or nil for an input or a constant.
    func producer(_ value: String) -> Node? { index.producer(of: value).map { graph.nodes[$0] } }

    /// The element of a float constant with one element.
    func scalar(_ value: String) -> Float? {
        guard let tensor = graph.constants[value], tensor.count == 1 else { return nil }
        return tensor.floats?.first
    }

    /// The operand of the activation that makes `value`, and the activation.
    func activation(_ value: String) -> (operand: String, function: Activation)? {
        guard let node = producer(value), case .activation(let function) = node.operation else { return nil }
        return (node.inputs[0], function)
    }

    func unary(_ value: String, _ function: UnaryFunction) -> String? {
        guard let node = producer(value), node.operation == .unary(function) else { return nil }
        return node.inputs[0]
    }

    /// `value` as `operand * scale + shift` with constant scalars, as far as one or two nodes say so.
    func affine(_ value: String) -> AffineTerm {
        guard let node = producer(value), case .binary(let function) = node.operation else { return AffineTerm(value) }
        let (a, b) = (node.inputs[0], node.inputs[1])
        switch function {
        case .add:
            if let shift = scalar(b) { return affine(a).shifted(by: shift) }
            if let shift = scalar(a) { return affine(b).shifted(by: shift) }
        case .subtract:
            if let shift = scalar(b) { return affine(a).shifted(by: -shift) }
        case .multiply:
            if let scale = scalar(b) { return affine(a).scaled(by: scale) }
            if let scale = scalar(a) { return affine(b).scaled(by: scale) }
        case .divide:
            if let scale = scalar(b) { return affine(a).scaled(by: 1 / scale) }
        default: break
        }
        return AffineTerm(value)
    }

    /// `value` as a product of values and one constant factor.
    func product(_ value: String) -> ProductTerm {
        guard let node = producer(value), case .binary(let function) = node.operation else {
            return ProductTerm(factors: [value])
        }
        let (a, b) = (node.inputs[0], node.inputs[1])
        switch function {
        case .multiply:
            if let scale = scalar(b) { return product(a).scaled(by: scale) }
            if let scale = scalar(a) { return product(b).scaled(by: scale) }
            // Only scaled factors are looked into: a product of three values is none of the known functions.
            let (left, right) = (scaledValue(a), scaledValue(b))
            return ProductTerm(factors: left.factors + right.factors, scale: left.scale * right.scale)
        case .divide:
            if let scale = scalar(b) { return product(a).scaled(by: 1 / scale) }
        default: break
        }
        return ProductTerm(factors: [value])
    }

    private func scaledValue(_ value: String) -> ProductTerm {
        let term = product(value)
        return term.factors.count == 1 ? term : ProductTerm(factors: [value])
    }
}

/// operand * scale + shift.
struct AffineTerm {
    var operand: String
    var scale: Float = 1
    var shift: Float = 0

    init(_ operand: String) { self.operand = operand }

    func shifted(by amount: Float) -> AffineTerm {
        var term = self
        term.shift += amount
        return term
    }

    func scaled(by factor: Float) -> AffineTerm {
        var term = self
        term.scale *= factor
        term.shift *= factor
        return term
    }

    func isClose(scale: Float, shift: Float) -> Bool { self.scale.isClose(to: scale) && self.shift.isClose(to: shift) }
}

/// The product of `factors` and `scale`.
struct ProductTerm {
    var factors: [String]
    var scale: Float = 1

    func scaled(by factor: Float) -> ProductTerm { ProductTerm(factors: factors, scale: scale * factor) }
}

extension Float {
    /// Whether two constants mean the same number: exporters write 1/6 with four to nine digits.
    func isClose(to other: Float) -> Bool { abs(self - other) <= 1e-4 * max(abs(other), 1e-2) }
}
