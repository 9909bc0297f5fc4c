import ArgumentParser
import Engine
import Foundation
import GraphIR
import ONNXExport
import ObjectDetection
import Pipeline
import Tensors

/// `windhover model quantize`.
struct ModelQuantizeCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Make a model of 8-bit integers from one of floats, with the help of example videos.",
        discussion: """
            Runs the model on frames of the videos and notes which numbers come up; from that each feature map gets the scale \
            that loses least. The videos should look like those to be searched; some hundred frames are enough. Weights \
            are rounded to 8 bits, so the file is about a quarter of the size. The first results (the last convolution before \
            each output) stay floats, and so do convolutions that 8 bits hurt far more than the others: each is tried by \
            itself on a few frames.

            The result is an ordinary ONNX file with QuantizeLinear and DequantizeLinear. What is known of the model is \
            written beside it, so it can be used at once.

            EXAMPLE
              windhover model quantize yolox-nano --calibrate street.mp4 --calibrate yard.mp4 -o yolox-nano-int8.onnx
              windhover detect videos --model yolox-nano-int8.onnx
            """)

    @Argument(help: ArgumentHelp("A model's name or .onnx file.", valueName: "model"), completion: .modelReference)
    var model: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Videos or pictures to take examples from.", valueName: "video"), completion: .file())
    var calibrate: [String]

    @Option(
        name: [.short, .long], help: ArgumentHelp("The model to write.", valueName: "file"),
        completion: .file(extensions: ["onnx"]))
    var output: String

    @Option(help: ArgumentHelp("Frames to take of all videos together.", valueName: "n"))
    var frames = 128

    @Option(
        help: ArgumentHelp(
            "Let each scale reach this percentage of the numbers at either end, as 99.99, instead of choosing the one that "
                + "loses least.", valueName: "percent"))
    var percentile: Double?

    @Option(
        name: .customLong("keep-float"),
        help: ArgumentHelp("Leave this convolution in floats; may be repeated.", valueName: "node"))
    var keptInFloat: [String] = []

    @Flag(
        name: .customLong("all-layers"),
        help: "Do not measure which convolutions 8 bits hurt most, and leave none of these in floats.")
    var allLayers = false

    @Option(help: ArgumentHelp("Threads. Default: all cores.", valueName: "n"))
    var threads: Int?

    @Flag(help: "Replace the file, and the description beside it, where they are there.")
    var force = false

    func execute() throws -> Int32 {
        let threads = try WorkDivision(workers: 1, threads: threads, cores: ProcessorBudget.cores).threads
        try checkOptions()
        let described = try DescribedModel(model)
        try checkOutput(described)
        do {
            let report = try quantize(described, threads: threads)
            for line in report.lines { console.write(line: line) }
        } catch {
            throw CommandError(error)
        }
        return ExitStatus.complete
    }

    private var console: Console { .standardError }

    private func quantize(_ described: DescribedModel, threads: Int) throws -> QuantizationReport {
        let network = try FloatNetwork(described)
        let asked = try network.convolutions(named: keptInFloat)
        var calibration = try network.calibration(threads: threads)
        let examples = try observe(described.description, &calibration)
        var choice = try PrecisionChoices(
            network, calibration, rangeChoice, asked, examples.inputs, threads: threads)
        if !allLayers { try choice.leaveSensitiveInFloat { console.showOnTerminal(status: "layer \($0) of \($1)") } }
        console.showOnTerminal(status: "")
        try write(network.quantized(by: choice.table), network, described)
        return QuantizationReport(
            plan: QuantizationPlan(network.graph, types: network.types, keepingInFloat: choice.kept),
            before: described.path, after: output, frames: examples.count, errors: choice.errors,
            sensitive: choice.sensitive)
    }

    private func write(_ graph: Graph, _ network: FloatNetwork, _ described: DescribedModel) throws {
        try ONNXExporter.write(graph, types: network.types, to: output)
        try described.description.write(besideModelAt: output)
    }

    private var rangeChoice: RangeChoice { percentile.map { .quantile($0 / 100) } ?? .leastSquaredError }

    private func checkOptions() throws(CommandError) {
        guard (1...100_000).contains(frames) else {
            throw .usage("--frames \(frames) is out of range; give 1 to 100000")
        }
        if let percentile, !(percentile > 50 && percentile <= 100) {
            throw .usage("--percentile \(percentile) is out of range; give more than 50, up to 100")
        }
        for path in calibrate where !FileManager.default.fileExists(atPath: path) {
            throw .usage("--calibrate \(path): no such file")
        }
        try OutputFile.check(output, option: "--output", extensions: ["onnx"])
    }

    /// Nothing is replaced unasked, and the model itself never.
    private func checkOutput(_ described: DescribedModel) throws(CommandError) {
        try OutputFile.check(output, option: "--output", isNot: described.path, "the model itself")
        try OutputFile.checkAbsent([output, ModelDescription.path(besideModelAt: output)], force: force)
    }

    /// Examples that convolutions are tried on.
    private static let trials = 8

    /// Runs the calibration over the examples; returns how many there were, and a few of them.
    private func observe(
        _ description: ModelDescription, _ calibration: inout Calibration
    ) throws -> (count: Int, inputs: [[Float]]) {
        var inputs: [[Float]] = []
        let step = max(1, frames / Self.trials)
        let count = try CalibrationFrames(paths: calibrate, count: frames, description: description).visit {
            input, number in
            calibration.observe(input)
            if number % step == 0 && inputs.count < Self.trials { inputs.append(input) }
            console.showOnTerminal(status: "frame \(number) of \(frames)")
        }
        return (count, inputs)
    }
}
