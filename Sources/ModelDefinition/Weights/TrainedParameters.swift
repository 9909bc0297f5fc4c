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
            guard let tensor = tensors[parameter.name] else {
                missing.append("\(parameter.name) \(parameter.shape)")
                continue
            }
            guard tensor.shape == parameter.shape else {
                misshapen.append("\(parameter.name) is \(tensor.shape), not \(parameter.shape)")
                continue
            }
            values[parameter.name] = tensor
        }
        let needed = Set(parameters.map(\.name))
        let extra = tensors.filter { !needed.contains($0.key) && !isBuffer($0.key) }
            .map { "\($0.key) \($0.value.shape)" }.sorted()
        let faults = [("missing", missing), ("not in the network", extra), ("of another shape", misshapen)]
            .filter { !$0.1.isEmpty }.map { listing($0.0, $0.1) }
        guard faults.isEmpty else {
            throw ModelDefinitionError(
                .badWeights, subject: source,
                reason: "these tensors are not this network's; check nc, the multiples and the modules\n"
                    + faults.joined(separator: "\n"))
        }
        return values
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
