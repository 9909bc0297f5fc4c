import Tensors

extension Graph {
    /// Turns every node that is some activation of one earlier value into that activation.
    /// - Parameter match: the activation and its operand for the result of a node of one to three values, or nil.
    mutating func recognise(
        types: [String: TensorType],
        _ match: (GraphPattern, String) -> (operand: String, activation: Activation)?
    ) {
        let pattern = GraphPattern(self, types: types)
        for index in nodes.indices {
            switch nodes[index].operation {
            case .binary, .unary(.reciprocal), .select: break
            default: continue
            }
            let result = nodes[index].outputs[0]
            guard let (operand, activation) = match(pattern, result), types[operand] == types[result] else { continue }
            nodes[index].operation = .activation(activation)
            nodes[index].inputs = [operand]
        }
    }
}

extension GraphPattern {
    /// The x of `value` = x * gate * scale, both orders tried.
    func gatedOperand(
        _ value: String, scale: Float = 1, isGate: (_ gate: String, _ x: String) -> Bool
    ) -> String? {
        for term in productTerms(value) where term.factors.count == 2 && term.scale.isClose(to: scale) {
            let (a, b) = (term.factors[0], term.factors[1])
            if isGate(b, a) { return a }
            if isGate(a, b) { return b }
        }
        return nil
    }
}
