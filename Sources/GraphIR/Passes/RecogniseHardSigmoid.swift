/// clamp(x + 3, 0, 6) / 6 → HardSigmoid(1/6, 1/2).
package struct RecogniseHardSigmoid: GraphPass {
    package let name = "recognise HardSigmoid"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            for term in pattern.productTerms(result) where term.factors.count == 1 && term.scale.isClose(to: 1 / 6) {
                guard let clamped = pattern.clampOperand(term.factors[0], from: 0, to: 6),
                    let operand = pattern.affineOperand(clamped, scale: 1, shift: 3)
                else { continue }
                return (operand, .hardSigmoid(alpha: 1 / 6, beta: 0.5))
            }
            return nil
        }
    }
}

extension GraphPattern {
    /// The y of `value` = clamp(y, minimum, maximum).
    func clampOperand(_ value: String, from minimum: Float, to maximum: Float) -> String? {
        guard let (operand, function) = activation(value), function == .clamp(minimum: minimum, maximum: maximum) else {
            return nil
        }
        return operand
    }

    /// Whether `value` is clamp(x + 3, 0, 6).
    func isClampedToSix(_ value: String, of x: String) -> Bool {
        guard let operand = clampOperand(value, from: 0, to: 6) else { return false }
        return affineTerms(operand).contains { $0.operand == x && $0.isClose(scale: 1, shift: 3) }
    }

    /// Whether `value` is clamp(x / 6 + 1/2, 0, 1), also when written as HardSigmoid.
    func isHardSigmoid(_ value: String, of x: String) -> Bool {
        if let (operand, function) = activation(value), case .hardSigmoid(let alpha, let beta) = function {
            return operand == x && alpha.isClose(to: 1 / 6) && beta.isClose(to: 0.5)
        }
        guard let operand = clampOperand(value, from: 0, to: 1) else { return false }
        return affineTerms(operand).contains { $0.operand == x && $0.isClose(scale: 1 / 6, shift: 0.5) }
    }
}
