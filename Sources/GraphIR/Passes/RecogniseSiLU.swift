/// x * sigmoid(x) → SiLU.
package struct RecogniseSiLU: GraphPass {
    package let name = "recognise SiLU"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            pattern.gatedOperand(result) { gate, x in
                pattern.activation(gate).map { $0.function == .sigmoid && $0.operand == x } ?? false
            }.map { ($0, .silu) }
        }
    }
}
