import Tensors

/// Trained tensors by their names in a state dictionary, checked against what a network needs.
enum TrainedParameters {
    /// How many names of a kind a message lists.
    private static let listed = 8

    /// - Parameters:
    ///   - parameters: what the network needs.
    ///   - source: the tensors' file.
    /// - Throws: `badWeights`, with all that is missing, superfluous or of another shape.
    static func values(
        of parameters: [NetworkParameter], in tensors: [String: Tensor], source: String
    ) throws(ModelDefinitionError) -> [String: Tensor] {
        var values: [String: Tensor] = [:]
        var (missing, misshapen): ([String], [String]) = ([], [])
        for parameter in parameters {
            let tensor = tensors[parameter.name]
            if let tensor, tensor.shape == parameter.shape {
                values[parameter.name] = tensor
            } else if let tensor {
                misshapen.append("\(parameter.name) is \(tensor.shape), not \(parameter.shape)")
            } else {
                missing.append("\(parameter.name) \(parameter.shape)")
            }
        }
        let needed = Set(parameters.map(\.name))
        let extra = tensors.filter { !needed.contains($0.key) && !isBuffer($0.key) }
            .map { "\($0.key) \($0.value.shape)" }.sorted()
        try refuse([("missing", missing), ("not in the network", extra), ("of another shape", misshapen)], source)
        return values
    }

    /// Throws where any of the lists has names.
    private static func refuse(
        _ lists: [(title: String, names: [String])], _ source: String
    ) throws(ModelDefinitionError) {
        let faults = lists.filter { !$0.names.isEmpty }.map { listing($0.title, $0.names) }
        guard !faults.isEmpty else { return }
        throw ModelDefinitionError(
            .badWeights, subject: source,
            reason: "these tensors are not this network's; check nc, the multiples and the modules\n"
                + faults.joined(separator: "\n"))
    }

    /// Whether a tensor is none that is trained: the head's anchors, which count where they are there, and counters.
    private static func isBuffer(_ name: String) -> Bool {
        ["anchors", "anchor_grid", "num_batches_tracked"].contains { name.hasSuffix("." + $0) }
    }

    private static func listing(_ title: String, _ names: [String]) -> String {
        let rest = names.count - listed
        let lines = names.prefix(listed).map { "    " + $0 } + (rest > 0 ? ["    … and \(rest) more"] : [])
        return (["  \(title): \(names.count)"] + lines).joined(separator: "\n")
    }
}
