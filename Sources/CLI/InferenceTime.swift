import Engine

/// Seconds of one inference with a number of threads.
struct InferenceTime {
    let threads: Int
    let minimum: Double
    let median: Double

    /// Times models in turns, so that what else the machine does hits all alike.
    /// - Parameters:
    ///   - models: what to time, each with a name; at least one.
    ///   - threads: the larger number of threads.
    ///   - runs: inferences of each model for each number of threads, at least 1.
    ///   - show: called with what is being timed.
    /// - Returns: for each model its times with one thread, and with all.
    static func inTurns(
        _ models: [(name: String, model: CompiledModel)], threads: Int, runs: Int, show: (String) -> Void
    ) -> [[InferenceTime]] {
        let times = Set([1, threads]).sorted().map { count in
            let benches = models.map { name, model in
                InferenceBench(name: name, session: InferenceSession(model: model, threads: count))
            }
            return inTurns(benches, runs: runs, show: show)
        }
        return models.indices.map { index in times.map { $0[index] } }
    }

    /// The times of each of `benches`, whose turns are so short that a disturbance falls on all of them.
    private static func inTurns(_ benches: [InferenceBench], runs: Int, show: (String) -> Void) -> [InferenceTime] {
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
            return InferenceTime(
                threads: bench.session.threads, minimum: sorted[0], median: sorted[sorted.count / 2])
        }
    }

    private static let warmUpRuns = 2
}
