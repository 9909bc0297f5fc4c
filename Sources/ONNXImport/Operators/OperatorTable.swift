import GraphIR

/// Turns one ONNX node into nodes and constants of the graph.
typealias OperatorConverter = @Sendable (ImportedNode, inout GraphBuilder) throws(ModelFailure) -> Void

/// ONNX operator name → converter. A new operator is one line in its family's table.
enum OperatorTable {
    static let converters: [String: OperatorConverter] = {
        let families = [
            windowOperators, transposedOperators, activationOperators, arithmeticOperators, comparisonOperators,
            arrangementOperators,
            selectionOperators, resizeOperators, reductionOperators, productOperators, generationOperators,
            quantizationOperators, rankingOperators,
        ]
        return families.reduce(into: [:]) { table, family in table.merge(family) { first, _ in first } }
    }()

    /// A converter for an operator whose operands mean in ONNX what they mean in the graph.
    static func direct(_ operation: Operator, operands: Int) -> OperatorConverter {
        { (node, builder) throws(ModelFailure) in
            guard node.inputs.count <= operands else { throw node.invalid("has \(node.inputs.count) operands") }
            _ = try node.requiredInput(0)
            try node.requireSingleOutput()
            try builder.add(operation, node.inputs, for: node)
        }
    }
}
