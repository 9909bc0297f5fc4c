import ArgumentParser
import Engine
import Foundation
import GraphIR
import Tensors

/// `windhover model bench`.
struct ModelBenchCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time a model's inference.",
        discussion: """
            Without --stdin: warms up, times --runs inferences and prints the fastest and the median; then times every kernel \
            call by itself and prints what each takes. With --stdin: prints one JSON object when it is ready; then, for each line with a whole number n, runs \
            n inferences and prints a JSON array of n durations in seconds. The input is random.
            """)

    private static let warmUpRuns = 4

    @Argument(help: ArgumentHelp("A model's name or .onnx file.", valueName: "model"), completion: .modelReference)
    var model: String

    @Option(help: ArgumentHelp("Threads. Default: all cores.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("Inferences to time.", valueName: "n"))
    var runs = 50

    @Flag(help: "Time bursts on request, for comparisons that take turns.")
    var stdin = false

    @Flag(help: "Print JSON.")
    var json = false

    func execute() throws -> Int32 {
        let threads = try WorkDivision(workers: 1, threads: threads, cores: WorkDivision.availableCores).threads
        guard runs > 0 else { throw CommandError.usage("--runs \(runs) is out of range; give 1 or more") }
        let loaded = try LoadedModel(model, shapes: LoadedModel.usualShapes)
        let bench = InferenceBench(session: InferenceSession(model: loaded.compiled, threads: threads))
        _ = bench.burst(Self.warmUpRuns)
        if stdin { serve(bench, loaded) } else { measure(bench, loaded) }
        return ExitStatus.complete
    }

    private func serve(_ bench: InferenceBench, _ loaded: LoadedModel) {
        StandardOutput.write(line: JSONText.encode(BenchStart(loaded, bench.session)))
        while let line = readLine() {
            // A line that is no number is answered too: the other side waits for one answer a line.
            let count = Int(line.filter { !$0.isWhitespace }) ?? 0
            StandardOutput.write(line: JSONText.encode(bench.burst(max(0, count))))
        }
    }

    private func measure(_ bench: InferenceBench, _ loaded: LoadedModel) {
        let times = bench.burst(runs).sorted()
        let layers = LayerTable(loaded.compiled.steps, bench.session.profile(runs: runs))
        let result = BenchResult(
            start: BenchStart(loaded, bench.session), runs: runs, minimum: times[0], median: times[times.count / 2],
            layers: layers.rows)
        if json { return StandardOutput.write(line: JSONText.encode(result)) }
        func milliseconds(_ seconds: Double) -> String { (seconds * 1000).formatted(.decimal(places: 2)) }
        StandardOutput.write(
            line: "\(result.start.model), \(result.start.threads) threads, \(result.start.instructionSet): "
                + "min \(milliseconds(result.minimum)) ms, median \(milliseconds(result.median)) ms of \(runs)")
        for line in layers.lines { StandardOutput.write(line: line) }
    }
}

/// Runs a session again and again on random input.
struct InferenceBench {
    let session: InferenceSession
    private let inputs: [[Float]]

    init(session: InferenceSession) {
        self.session = session
        var random = SplitMix(state: 1)
        inputs = session.model.inputs.map { port in
            (0..<port.type.shape.count).map { _ in Float.random(in: 0..<1, using: &random) }
        }
    }

    /// Durations of `count` runs in seconds; filling the input is not in them.
    func burst(_ count: Int) -> [Double] {
        let clock = ContinuousClock()
        return (0..<count).map { _ in
            // A run may use its input's memory for other things.
            for (index, values) in inputs.enumerated() { fill(index, values) }
            return clock.measure { session.run() } / .seconds(1)
        }
    }

    private func fill(_ index: Int, _ values: [Float]) {
        session.withInput(index) { span in
            for element in values.indices { span[element] = values[element] }
        }
    }
}

/// A small generator with a seed (splitmix64), so that every bench sees the same numbers.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// What is being timed.
struct BenchStart: Encodable {
    let ready = "windhover"
    let model: String
    let threads: Int
    let instructionSet: String

    init(_ loaded: LoadedModel, _ session: InferenceSession) {
        model = loaded.name
        threads = session.threads
        instructionSet = session.instructionSet
    }
}

/// Seconds.
private struct BenchResult: Encodable {
    let start: BenchStart
    let runs: Int
    let minimum: Double
    let median: Double
    let layers: [LayerTable.Row]
}
