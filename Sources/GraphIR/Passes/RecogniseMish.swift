/// x * tanh(softplus(x)) → Mish, softplus also as log(1 + exp(x)).
package struct RecogniseMish: GraphPass {
    package let name = "recognise Mish"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            let term = pattern.product(result)
            guard term.scale == 1 else { return nil }
            return pattern.gated(term) { gate, x in
                guard let (operand, function) = pattern.activation(gate), function == .tanh else { return false }
                return pattern.softplusOperand(operand) == x
            }.map { ($0, .mish) }
        }
    }
}

extension GraphPattern {
    fileprivate func softplusOperand(_ value: String) -> String? {
        if let operand = unary(value, .softplus) { return operand }
        guard let sum = unary(value, .log) else { return nil }
        let term = affine(sum)
        return term.isClose(scale: 1, shift: 1) ? unary(term.operand, .exp) : nil
    }
}
