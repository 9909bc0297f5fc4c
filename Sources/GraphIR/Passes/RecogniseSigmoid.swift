/// 1 / (1 + exp(−x)) → Sigmoid, x / (1 + exp(−x)) → SiLU.
package struct RecogniseSigmoid: GraphPass {
    package let name = "recognise sigmoid"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        graph.recognise(types: types) { pattern, result in
            guard let node = pattern.producer(result) else { return nil }
            switch node.operation {
            case .unary(.reciprocal): return pattern.logisticOperand(node.inputs[0]).map { ($0, .sigmoid) }
            case .binary(.divide):
                guard let x = pattern.logisticOperand(node.inputs[1]) else { return nil }
                if pattern.scalar(node.inputs[0]) == 1 { return (x, .sigmoid) }
                return node.inputs[0] == x ? (x, .silu) : nil
            default: return nil
            }
        }
    }
}

extension GraphPattern {
    /// The x of `value` = 1 + exp(−x).
    fileprivate func logisticOperand(_ value: String) -> String? {
        affineTerms(value).lazy.filter { $0.isClose(scale: 1, shift: 1) }.compactMap { term -> String? in
            guard let power = unary(term.operand, .exp) else { return nil }
            return unary(power, .negate) ?? affineOperand(power, scale: -1, shift: 0)
        }.first
    }
}
