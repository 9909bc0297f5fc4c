import ProtobufSchemas

/// Which node makes which value of a model.
struct ModelWiring {
    private let proto: Onnx_GraphProto
    private let producers: [String: Int]
    /// Names of all values, so that new ones can avoid them.
    let valueNames: Set<String>

    /// - Throws: where two nodes, or a node and an input or initialiser, make the same value.
    init(_ proto: Onnx_GraphProto) throws(ModelFailure) {
        self.proto = proto
        var names: Set<String> = []
        for tensor in proto.initializer where !names.insert(tensor.name).inserted {
            throw Self.duplicate(tensor.name)
        }
        // Old models list initialisers among the inputs, too.
        let initialized = names
        for input in proto.input where !initialized.contains(input.name) && !names.insert(input.name).inserted {
            throw Self.duplicate(input.name)
        }
        var producers: [String: Int] = [:]
        for (index, node) in proto.node.enumerated() {
            for output in node.output where !output.isEmpty {
                guard names.insert(output).inserted else { throw Self.duplicate(output) }
                producers[output] = index
            }
        }
        for node in proto.node { names.formUnion(node.input) }
        self.producers = producers
        valueNames = names
    }

    /// The values to compute: those asked for, else the model's own outputs.
    func outputs(_ requested: [String]?) throws(ModelFailure) -> [String] {
        guard let requested else {
            guard !proto.output.isEmpty else {
                throw ModelFailure(.noGraph, "read", "the model's graph has no outputs")
            }
            return proto.output.map(\.name)
        }
        guard !requested.isEmpty else { throw ModelFailure(.unknownOutput, "read", "no outputs were asked for") }
        for name in requested where !valueNames.contains(name) {
            throw ModelFailure(
                .unknownOutput, "read",
                "has no value '\(name)'; its outputs are \(proto.output.map(\.name).joined(separator: ", "))")
        }
        return requested
    }

    /// Indices of the nodes that `outputs` depend on, in file order, and the names of all values among them.
    func needed(for outputs: [String]) -> (nodes: [Int], values: Set<String>) {
        var (nodes, values) = (Set<Int>(), Set(outputs))
        var pending = outputs
        while let value = pending.popLast() {
            guard let producer = producers[value], nodes.insert(producer).inserted else { continue }
            for input in proto.node[producer].input where values.insert(input).inserted { pending.append(input) }
        }
        return (nodes.sorted(), values)
    }

    private static func duplicate(_ name: String) -> ModelFailure {
        ModelFailure(.invalidGraph, "read", "the value '\(name)' has two producers")
    }
}
