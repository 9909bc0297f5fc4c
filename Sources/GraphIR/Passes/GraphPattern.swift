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

    /// Ways to read `value` as `operand * scale + shift` with constant scalars, `depth` nodes far: `value` itself first.
    func affineTerms(_ value: String, depth: Int = 3) -> [AffineTerm] {
        let whole = [AffineTerm(value)]
        guard depth > 0, let node = producer(value), case .binary(let function) = node.operation else { return whole }
        let (a, b) = (node.inputs[0], node.inputs[1])
        switch (function, scalar(a), scalar(b)) {
        case (.add, _, let shift?): return whole + affineTerms(a, depth: depth - 1).map { $0.shifted(by: shift) }
        case (.add, let shift?, _): return whole + affineTerms(b, depth: depth - 1).map { $0.shifted(by: shift) }
        case (.subtract, _, let shift?): return whole + affineTerms(a, depth: depth - 1).map { $0.shifted(by: -shift) }
        case (.multiply, _, let scale?): return whole + affineTerms(a, depth: depth - 1).map { $0.scaled(by: scale) }
        case (.multiply, let scale?, _): return whole + affineTerms(b, depth: depth - 1).map { $0.scaled(by: scale) }
        case (.divide, _, let scale?): return whole + affineTerms(a, depth: depth - 1).map { $0.scaled(by: 1 / scale) }
        default: return whole
        }
    }

    /// The x of `value` = x * scale + shift, or nil.
    func affineOperand(_ value: String, scale: Float, shift: Float) -> String? {
        affineTerms(value).first { $0.isClose(scale: scale, shift: shift) }?.operand
    }

    /// Ways to read `value` as a product of one or two values and one constant, `depth` nodes far: `value` itself first.
    func productTerms(_ value: String, depth: Int = 3) -> [ProductTerm] {
        let whole = [ProductTerm(factors: [value])]
        guard depth > 0, let node = producer(value), case .binary(let function) = node.operation else { return whole }
        let (a, b) = (node.inputs[0], node.inputs[1])
        switch (function, scalar(a), scalar(b)) {
        case (.multiply, _, let scale?): return whole + productTerms(a, depth: depth - 1).map { $0.scaled(by: scale) }
        case (.multiply, let scale?, _): return whole + productTerms(b, depth: depth - 1).map { $0.scaled(by: scale) }
        case (.divide, _, let scale?): return whole + productTerms(a, depth: depth - 1).map { $0.scaled(by: 1 / scale) }
        case (.multiply, nil, nil):
            let right = scaledValues(b, depth: depth - 1)
            return whole
                + scaledValues(a, depth: depth - 1).flatMap { left in
                    right.map { ProductTerm(factors: left.factors + $0.factors, scale: left.scale * $0.scale) }
                }
        default: return whole
        }
    }

    /// A factor as one value and a constant: a product of three values is none of the known functions.
    private func scaledValues(_ value: String, depth: Int) -> [ProductTerm] {
        productTerms(value, depth: depth).filter { $0.factors.count == 1 }
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
    /// Whether two constants mean the same number: exporters write 1/6 with seven digits or more.
    func isClose(to other: Float) -> Bool { abs(self - other) <= 1e-5 * max(abs(other), 1e-2) }
}
