import Engine
import GraphIR
import ModelDefinition
import Tensors

/// How long networks with random parameters take, and where their time goes.
struct VariantTiming {
    /// Where the time of one thread goes.
    struct Details {
        /// Milliseconds of each row of the definition; rows whose work moved into others are missing.
        let rows: [Int: Double]
        /// Kernel call by kernel call.
        let layers: LayerTable

        fileprivate init(_ layers: LayerTable) {
            rows = VariantTiming.byRow(layers)
            self.layers = layers
        }
    }

    /// With one thread, and with all.
    let times: [InferenceTime]
    /// Nil where only the whole was timed.
    let details: Details?

    /// Times networks with random parameters.
    /// - Parameters:
    ///   - networks: what to time, each with a name.
    ///   - detailed: how many of `networks`, from the first on, are timed kernel call by kernel call, too.
    ///   - threads: the largest number of threads.
    ///   - runs: inferences of each network for each number of threads, at least 1.
    ///   - show: called with what is being timed.
    static func measure(
        _ networks: [(name: String, network: DefinedNetwork)], detailed: Int, threads: Int, runs: Int,
        show: (String) -> Void
    ) throws -> [VariantTiming] {
        let models = try networks.map { try compiled($0.network) }
        let times = InferenceTime.inTurns(
            zip(networks, models).map { ($0.name, $1) }, threads: threads, runs: runs, show: show)
        return models.enumerated().map { index, model in
            let layers =
                index < detailed
                ? LayerTable(InferenceSession(model: model, threads: 1), runs: max(3, runs / 4)) : nil
            return VariantTiming(times: times[index], details: layers.map(Details.init))
        }
    }

    private static func compiled(_ network: DefinedNetwork) throws -> CompiledModel {
        var graph = try network.graph(foldsBatchNormalization: true).graph
        let types = try PassPipeline.standard.run(&graph)
        return try CompiledModel(graph: graph, types: types)
    }

    /// Steps are named by where they stand: `model.4.m.0.cv1.conv`.
    private static func byRow(_ layers: LayerTable) -> [Int: Double] {
        var rows: [Int: Double] = [:]
        for layer in layers.rows {
            let parts = layer.node.split(separator: ".")
            guard parts.count > 1, parts[0] == "model", let row = Int(parts[1].prefix { $0.isNumber }) else { continue }
            rows[row, default: 0] += layer.milliseconds
        }
        return rows
    }
}
