/// HardSwish in its spellings: x * HardSigmoid(x), and x * clamp(x + 3, 0, 6) / 6 with the sixth anywhere in the product,
/// as a division or a multiplication.
package struct RecogniseHardSwish: GraphPass {
    package let name = "recognise HardSwish"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            let term = pattern.product(result)
            if term.scale.isClose(to: 1),
                let operand = pattern.gated(term, by: { pattern.hardSigmoidOperand($0) == $1 })
            {
                return (operand, .hardSwish)
            }
            if term.scale.isClose(to: 1 / 6), let operand = pattern.gated(term, by: { pattern.clampedToSix($0) == $1 })
            {
                return (operand, .hardSwish)
            }
            return nil
        }
    }
}
