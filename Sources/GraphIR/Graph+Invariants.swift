extension Graph {
    /// Checks the invariants named at `Graph`, that node names are unique, that every node has as many operands as its
    /// operator takes, and that what is said of quantization fits the graph.
    package func validate() throws(GraphError) {
        var produced: Set<String> = []
        for input in inputs { try claim(input.name, kind: "Input", subject: input.name, in: &produced) }
        for name in constants.keys { try claim(name, kind: "Constant", subject: name, in: &produced) }
        var names: Set<String> = []
        for node in nodes {
            guard names.insert(node.name).inserted else {
                throw node.invalid("two nodes have this name")
            }
            try node.validateOperands()
            for operand in node.inputs where !operand.isEmpty && !produced.contains(operand) {
                throw node.invalid("the operand '\(operand)' has no producer before this node")
            }
            for result in node.outputs {
                try claim(result, kind: node.operation.name, subject: node.name, in: &produced)
            }
        }
        for output in outputs where !produced.contains(output) {
            throw GraphError(.invalidGraph, operation: "Output", subject: output, reason: "nothing computes it")
        }
        try validateQuantization(values: produced)
    }

    private func claim(
        _ value: String, kind: String, subject: String, in produced: inout Set<String>
    ) throws(GraphError) {
        guard !value.isEmpty else {
            throw GraphError(.invalidGraph, operation: kind, subject: subject, reason: "a result has no name")
        }
        guard produced.insert(value).inserted else {
            throw GraphError(
                .invalidGraph, operation: kind, subject: subject, reason: "the value '\(value)' has two producers")
        }
    }
}

extension Node {
    func invalid(_ reason: String) -> GraphError {
        GraphError(.invalidGraph, operation: operation.name, subject: name, reason: reason)
    }

    /// The name of operand `index`, or nil where it is absent.
    package func input(_ index: Int) -> String? {
        index < inputs.count && !inputs[index].isEmpty ? inputs[index] : nil
    }

    fileprivate func validateOperands() throws(GraphError) {
        guard operation.operandCount.contains(inputs.count) else {
            throw invalid("has \(inputs.count) operands")
        }
        // Optional operands stand behind the required ones, except Resize's, of which one must be present.
        for index in 0..<min(operation.operandCount.lowerBound, inputs.count) where inputs[index].isEmpty {
            switch operation {
            case .resize where index > 0, .convolution where index == 2: continue
            default: throw invalid("its operand \(index) is absent")
            }
        }
        guard !outputs.isEmpty else { throw invalid("has no result") }
        if case .split = operation { return }
        guard outputs.count == 1 else { throw invalid("has \(outputs.count) results instead of one") }
    }
}
