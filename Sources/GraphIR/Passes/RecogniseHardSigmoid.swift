/// clamp(x + 3, 0, 6) / 6 → HardSigmoid(1/6, 1/2).
package struct RecogniseHardSigmoid: GraphPass {
    package let name = "recognise HardSigmoid"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            let term = pattern.product(result)
            guard term.factors.count == 1, term.scale.isClose(to: 1 / 6),
                let operand = pattern.clampedToSix(term.factors[0])
            else { return nil }
            return (operand, .hardSigmoid(alpha: 1 / 6, beta: 0.5))
        }
    }
}

extension GraphPattern {
    /// The x of `value` = clamp(x + 3, 0, 6).
    func clampedToSix(_ value: String) -> String? {
        guard let (operand, function) = activation(value), function == .clamp(minimum: 0, maximum: 6) else {
            return nil
        }
        let term = affine(operand)
        return term.isClose(scale: 1, shift: 3) ? term.operand : nil
    }

    /// The x of `value` = clamp(x / 6 + 1/2, 0, 1), also when written as HardSigmoid.
    func hardSigmoidOperand(_ value: String) -> String? {
        guard let (operand, function) = activation(value) else { return nil }
        switch function {
        case .hardSigmoid(let alpha, let beta):
            return alpha.isClose(to: 1 / 6) && beta.isClose(to: 0.5) ? operand : nil
        case .clamp(minimum: 0, maximum: 1):
            let term = affine(operand)
            return term.isClose(scale: 1 / 6, shift: 0.5) ? term.operand : nil
        default: return nil
        }
    }
}
