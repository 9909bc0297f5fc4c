import Tensors

/// max(x, a·x) with 0 < a < 1, relu(x) − a·relu(−x), max(x, 0) + a·min(x, 0), and x where it is positive, else a·x → LeakyRelu.
package struct RecogniseLeakyReLU: GraphPass {
    package let name = "recognise LeakyRelu"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            guard let node = pattern.producer(result), node.inputs.count > 1 else { return nil }
            let (a, b) = (node.inputs[0], node.inputs[1])
            switch node.operation {
            case .binary(.maximum): return pattern.largest(a, b) ?? pattern.largest(b, a)
            case .binary(.subtract): return pattern.parts(a, b, sign: -1)
            case .binary(.add): return pattern.parts(a, b, sign: 1) ?? pattern.parts(b, a, sign: 1)
            case .select: return pattern.choice(node)
            default: return nil
            }
        }
    }
}

extension GraphPattern {
    /// max(x, slope · x).
    fileprivate func largest(_ x: String, _ scaled: String) -> (operand: String, activation: Activation)? {
        guard let term = scaledOperand(scaled), term.operand == x, term.scale > 0, term.scale < 1 else { return nil }
        return (x, .leakyReLU(slope: term.scale))
    }

    /// relu(x) and ± slope times the negative part of x, which is min(x, 0) or −relu(−x).
    fileprivate func parts(
        _ positive: String, _ negative: String, sign: Float
    ) -> (operand: String, activation: Activation)? {
        guard let (x, function) = activation(positive), function == .relu, let term = scaledOperand(negative),
            let (y, other) = activation(term.operand)
        else { return nil }
        if other == .clamp(minimum: -.infinity, maximum: 0), y == x { return (x, .leakyReLU(slope: sign * term.scale)) }
        guard other == .relu, (unary(y, .negate) ?? affineOperand(y, scale: -1, shift: 0)) == x else { return nil }
        return (x, .leakyReLU(slope: -sign * term.scale))
    }

    /// x > 0 ? x : slope · x, or x < 0 ? slope · x : x.
    fileprivate func choice(_ node: Node) -> (operand: String, activation: Activation)? {
        guard let comparison = producer(node.inputs[0]), comparison.inputs.count == 2,
            scalar(comparison.inputs[1]) == 0
        else { return nil }
        let x = comparison.inputs[0]
        let scaled: String
        switch comparison.operation {
        case .binary(.greater) where node.inputs[1] == x: scaled = node.inputs[2]
        case .binary(.less) where node.inputs[2] == x: scaled = node.inputs[1]
        default: return nil
        }
        guard let term = scaledOperand(scaled), term.operand == x else { return nil }
        return (x, .leakyReLU(slope: term.scale))
    }

    /// `value` as another one times a number.
    private func scaledOperand(_ value: String) -> AffineTerm? {
        affineTerms(value).first { $0.operand != value && $0.shift == 0 }
    }
}
