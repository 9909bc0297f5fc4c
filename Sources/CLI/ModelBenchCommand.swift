import ArgumentParser
import Engine
import Foundation
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

    @Option(help: PrecisionChoice.help)
    var precision: PrecisionChoice?

    @Option(help: ArgumentHelp("Inferences to time.", valueName: "n"))
    var runs = 50

    @Option(
        help: ArgumentHelp(
            "Time detection instead: from the model's input, made of frames of this video, to boxes.",
            valueName: "video"),
        completion: .file())
    var detect: String?

    @Option(help: ArgumentHelp("Lowest score of a detection, with --detect.", valueName: "score"))
    var confidence: Float = 0.05

    @Flag(help: "Begin at the decoder's frame, with --detect: scaling and colour conversion are timed too.")
    var decoded = false

    @Flag(help: "Compute all predictions, with --detect, not only those that can become detections.")
    var fullHead = false

    @Flag(
        help: ArgumentHelp("Leave the conversion of colours to the first convolution, with --detect, as 'detect' does.")
    )
    var foldColours = false

    @Option(
        name: .customLong("without-pass"),
        help: ArgumentHelp("Leave a graph pass out, to see what it is worth; may be repeated.", valueName: "name"))
    var withoutPasses: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write a roofline here: each convolution's speed under what the machine can do, as SVG.", valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var roofline: String?

    @Flag(help: "Time bursts on request, for comparisons that take turns.")
    var stdin = false

    @Flag(help: "Print JSON.")
    var json = false

    func execute() throws -> Int32 {
        let threads = try WorkDivision(workers: 1, threads: threads, cores: ProcessorBudget.cores).threads
        guard runs > 0 else { throw CommandError.usage("--runs \(runs) is out of range; give 1 or more") }
        guard (0...1).contains(confidence) else {
            throw CommandError.usage("--confidence \(confidence) is out of range; give 0 to 1")
        }
        let bench = try makeBench(threads: threads)
        _ = try bench.burst(Self.warmUpRuns)
        if stdin { try serve(bench) } else { try measure(bench) }
        return ExitStatus.complete
    }

    private func makeBench(threads: Int) throws -> any Bench {
        guard let detect else {
            let loaded = try LoadedModel(
                model, precision: precision, withoutPasses: withoutPasses, shapes: LoadedModel.usualShapes)
            return InferenceBench(
                name: loaded.name, session: InferenceSession(model: loaded.compiled, threads: threads))
        }
        let described = try DescribedModel(model)
        return try DetectionBench(
            model: described, video: detect, precision: precision.resolved(for: described.graph, model: model),
            threads: threads,
            confidence: confidence, lazyHead: !fullHead, foldsColours: foldColours, fromDecoded: decoded)
    }

    private func serve(_ bench: any Bench) throws {
        StandardOutput.write(line: JSONText.encode(BenchStart(bench)))
        while let line = readLine() {
            // A line that is no number is answered too: the other side waits for one answer a line.
            let count = Int(line.filter { !$0.isWhitespace }) ?? 0
            StandardOutput.write(line: JSONText.encode(try bench.burst(max(0, count))))
        }
    }

    private func write(_ layers: LayerTable, of bench: any Bench, to path: String) throws {
        let figure = RooflineFigure(
            title: "\(bench.name), threads: \(bench.session.threads), \(bench.session.instructionSet)",
            rows: layers.rows,
            rates: MachineRates(bench.session, copySizes: RooflineFigure.copySizes), threads: bench.session.threads)
        do {
            try figure.svg.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw CommandError.usage("\(path): cannot be written; choose another file for --roofline")
        }
    }

    private func measure(_ bench: any Bench) throws {
        let times = try bench.burst(runs).sorted()
        let layers = LayerTable(bench.session, runs: runs)
        let result = BenchResult(
            start: BenchStart(bench), runs: runs, minimum: times[0], median: times[times.count / 2],
            peakGigaflops: layers.peak, layers: layers.rows)
        if let roofline { try write(layers, of: bench, to: roofline) }
        if json { return StandardOutput.write(line: JSONText.encode(result)) }
        func milliseconds(_ seconds: Double) -> String { (seconds * 1000).formatted(.decimal(places: 2)) }
        StandardOutput.write(
            line: "\(result.start.model), \(result.start.threads) threads, \(result.start.instructionSet), "
                + "\(result.start.precision): min \(milliseconds(result.minimum)) ms, median \(milliseconds(result.median)) ms of \(runs)"
        )
        for line in layers.lines { StandardOutput.write(line: line) }
    }
}

/// What is being timed.
struct BenchStart: Encodable {
    let ready = "windhover"
    let model: String
    let threads: Int
    let instructionSet: String
    let precision: String

    init(_ bench: any Bench) {
        model = bench.name
        threads = bench.session.threads
        instructionSet = bench.session.instructionSet
        precision = bench.session.model.precision.rawValue
    }
}

/// Seconds.
private struct BenchResult: Encodable {
    let start: BenchStart
    let runs: Int
    let minimum: Double
    let median: Double
    /// 10⁹ floating-point operations a second of all threads.
    let peakGigaflops: Double
    let layers: [LayerTable.Row]
}
