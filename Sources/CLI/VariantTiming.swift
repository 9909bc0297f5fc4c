import Engine
import GraphIR
import ModelDefinition
import Tensors

/// How long networks take, measured in turns so that what else the machine does hits all alike.
struct VariantTiming {
    /// Seconds of one inference with a number of threads.
    struct Time {
        let threads: Int
        let minimum: Double
        let median: Double
    }

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
    let times: [Time]
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
        let times = Set([1, threads]).sorted().map { count in
            let benches = zip(networks, models).map { entry, model in
                InferenceBench(name: entry.name, session: InferenceSession(model: model, threads: count))
            }
            return inTurns(benches, runs: runs, show: show)
        }
        return models.enumerated().map { index, model in
            let layers =
                index < detailed
                ? LayerTable(InferenceSession(model: model, threads: 1), runs: max(3, runs / 4)) : nil
            return VariantTiming(times: times.map { $0[index] }, details: layers.map(Details.init))
        }
    }

    /// The times of each of `benches`, which take turns so short that a disturbance falls on all of them.
    private static func inTurns(_ benches: [InferenceBench], runs: Int, show: (String) -> Void) -> [Time] {
        for bench in benches { _ = bench.burst(warmUpRuns) }
        var samples: [[Double]] = benches.map { _ in [] }
        while samples[0].count < runs {
            for (index, bench) in benches.enumerated() {
                show("\(bench.name), threads: \(bench.session.threads), \(samples[index].count) of \(runs)")
                samples[index] += bench.burst(max(1, runs / 8))
            }
        }
        return zip(benches, samples).map { bench, samples in
            let sorted = samples.sorted()
            return Time(threads: bench.session.threads, minimum: sorted[0], median: sorted[sorted.count / 2])
        }
    }

    private static let warmUpRuns = 2

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
