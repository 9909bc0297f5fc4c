import Tensors

extension Graph {
    /// Whether anything is meant to be computed in 8 bits, as imported or after the passes.
    package var isQuantized: Bool {
        !quantization.isEmpty
            || nodes.contains { node in
                if case .quantizeLinear = node.operation { true } else { false }
            }
    }

    /// Drops what the table says of values and constants that are no longer there.
    package mutating func dropStaleQuantization() {
        guard !quantization.isEmpty else { return }
        var values = Set(constants.keys).union(inputs.map(\.name))
        for node in nodes { values.formUnion(node.outputs) }
        quantization.values = quantization.values.filter { values.contains($0.key) }
        quantization.channelValues = quantization.channelValues.filter { values.contains($0.key) }
        quantization.weightScales = quantization.weightScales.filter { constants[$0.key] != nil }
    }

    /// Says of `new`, which holds numbers of `old` only, what is said of `old`, unless it has a quantization of its own.
    mutating func carryQuantization(from old: String, to new: String) {
        if quantization.values[new] == nil { quantization.values[new] = quantization.values[old] }
    }

    /// Says of the weights `new`, which are those of `old` in filters of the same numbers, what is said of `old`.
    mutating func carryWeightScales(from old: String, to new: String) {
        quantization.weightScales[new] = quantization.weightScales[old]
    }

    /// Checks that every entry of the table is of something in the graph that it fits.
    func validateQuantization(values: Set<String>) throws(GraphError) {
        let channelEntries = quantization.channelValues.flatMap { name, entries in entries.map { (name, $0) } }
        for (name, entry) in quantization.values.map({ ($0.key, $0.value) }) + channelEntries {
            guard values.contains(name) else { throw quantizationFault(name, "there is no such value") }
            guard entry.scale > 0, entry.scale.isFinite, (0...255).contains(entry.zeroPoint) else {
                throw quantizationFault(
                    name, "the scale \(entry.scale) or zero point \(entry.zeroPoint) is out of range")
            }
        }
        for (name, scales) in quantization.weightScales {
            guard let weights = constants[name] else { throw quantizationFault(name, "there is no such constant") }
            guard weights.elementType == .float32, weights.shape.dimensions.first == scales.count else {
                throw quantizationFault(name, "has \(scales.count) scales for the shape \(weights.shape)")
            }
            guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw quantizationFault(name, "has a scale that is not a positive number")
            }
        }
    }

    private func quantizationFault(_ name: String, _ reason: String) -> GraphError {
        GraphError(.invalidGraph, operation: "Quantization", subject: name, reason: reason)
    }
}

extension Graph {
    /// The graph with `table` in the place of its own, weights rounded to what their integers stand for.
    package func rounded(by table: QuantizationTable) -> Graph {
        var graph = self
        graph.quantization = table
        for (name, scales) in table.weightScales {
            guard let weights = constants[name], let values = weights.floats else { continue }
            graph.constants[name] = Tensor(QuantizedWeights.rounded(values, scales: scales), shape: weights.shape)
        }
        return graph
    }
}
