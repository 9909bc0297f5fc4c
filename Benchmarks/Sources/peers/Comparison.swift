import Foundation

/// Runtimes timed in bursts that take turns, so that a noisy moment hits all of them.
struct Comparison {
    let model: URL
    let threads: Int
    let rounds: Int
    let burst: Int

    /// Minimum and median of a runtime in milliseconds.
    struct Result {
        let minimum: Double
        let median: Double

        init?(_ seconds: [Double]) {
            guard !seconds.isEmpty else { return nil }
            let sorted = seconds.sorted()
            (minimum, median) = (sorted[0] * 1000, sorted[sorted.count / 2] * 1000)
        }
    }

    /// The results of the runtimes in `commands`, by name; one that cannot run the model is missing.
    func run(_ commands: [(name: String, command: [String])]) -> [String: Result] {
        let runners = commands.compactMap { Runner(name: $0.name, command: $0.command, threads: threads) }
        for _ in 0..<rounds {
            for runner in runners {
                runner.burst(burst)
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
        for runner in runners { runner.stop() }
        return Dictionary(
            uniqueKeysWithValues: runners.compactMap { runner in Result(runner.durations).map { (runner.name, $0) } })
    }
}
