import Tensors

extension Graph {
    /// Turns every node that is some activation of one earlier value into that activation.
    /// - Parameter match: the activation and its operand for the result of a binary node, or nil.
    mutating func recognise(
        types: [String: TensorType],
        _ match: (GraphPattern, String) -> (operand: String, activation: Activation)?
    ) {
        let pattern = GraphPattern(self, types: types)
        for index in nodes.indices {
            guard case .binary = nodes[index].operation else { continue }
            let result = nodes[index].outputs[0]
            guard let (operand, activation) = match(pattern, result), types[operand] == types[result] else { continue }
            nodes[index].operation = .activation(activation)
            nodes[index].inputs = [operand]
        }
    }
}

extension GraphPattern {
    /// The one value `x` of `x * gate`, both orders tried.
    func gated(_ term: ProductTerm, by isGate: (_ gate: String, _ x: String) -> Bool) -> String? {
        guard term.factors.count == 2 else { return nil }
        let (a, b) = (term.factors[0], term.factors[1])
        if isGate(b, a) { return a }
        if isGate(a, b) { return b }
        return nil
    }
}
