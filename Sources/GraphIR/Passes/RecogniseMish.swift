/// x * tanh(softplus(x)) → Mish, softplus also as log(1 + exp(x)).
package struct RecogniseMish: GraphPass {
    package let name = "recognise Mish"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            pattern.gatedOperand(result) { gate, x in
                guard let (operand, function) = pattern.activation(gate), function == .tanh else { return false }
                return pattern.isSoftplus(operand, of: x)
            }.map { ($0, .mish) }
        }
    }
}

extension GraphPattern {
    fileprivate func isSoftplus(_ value: String, of x: String) -> Bool {
        if unary(value, .softplus) == x { return true }
        guard let sum = unary(value, .log) else { return false }
        return affineTerms(sum).contains { $0.isClose(scale: 1, shift: 1) && unary($0.operand, .exp) == x }
    }
}
