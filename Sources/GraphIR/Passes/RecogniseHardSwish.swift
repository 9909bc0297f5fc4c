/// HardSwish in its spellings: x * HardSigmoid(x), and x * clamp(x + 3, 0, 6) / 6 with the sixth anywhere in the product,
/// as a division or a multiplication.
package struct RecogniseHardSwish: GraphPass {
    package let name = "recognise HardSwish"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            let operand =
                pattern.gatedOperand(result) { pattern.isHardSigmoid($0, of: $1) }
                ?? pattern.gatedOperand(result, scale: 1 / 6) { pattern.isClampedToSix($0, of: $1) }
            return operand.map { ($0, .hardSwish) }
        }
    }
}
