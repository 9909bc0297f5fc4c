import ArgumentParser
import Foundation
import Imaging
import ModelDefinition
import Pipeline

/// `windhover model lighten`.
struct ModelLightenCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "lighten",
        abstract: "Rewrite a model definition with lighter modules, and show what that saves.",
        discussion: """
            Rows keep their numbers, what they read and their output channels; the module changes:

              depthwise        DSConv for convolutions of 3×3 and more, C3DW for C3: 1/C2 + 1/k² of the products
              ghost            GhostConv for convolutions, C3Ghost for C3
              mobilenetv3      inverted residuals with squeeze-excite, in the backbone
              shufflenetv2     halves of the channels, shuffled, in the backbone
              efficientnetv2   FusedMBConv where maps are large, MBConv behind, in the backbone

            Prints parameters, multiply-adds, the size of the weights and milliseconds before and after, measured in turns with \
            random weights; then every row, and every separable layer beside the formula. Fewer products are not always \
            less time: look at the last column. The new definition has to be trained; docs/training.md says how.

            EXAMPLES
              windhover model lighten pipelines/models/yolov5n.yaml --with depthwise -o mine.yaml
              windhover model lighten yolov5s.yaml --with ghost --stages head,p5 -o mine.yaml --plot variants.svg
            """)

    @Argument(
        help: ArgumentHelp("The model definition.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var definition: String

    @Option(
        name: .customLong("with"), help: ArgumentHelp("What to put in place.", valueName: "modules"))
    var lightening: Lightening

    @Option(
        help: ArgumentHelp(
            "Where: backbone, head, levels such as p3 (rows whose result is 2³-fold reduced), rows such as 4 or 4-9; with commas "
                + "between. Default: backbone,head for depthwise and ghost, else backbone.", valueName: "list"))
    var stages: String?

    @Option(
        name: [.short, .long], help: ArgumentHelp("The definition to write.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Measure the definition with each of the five and write a figure of size against time here, as SVG.",
            valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var plot: String?

    @OptionGroup var picture: PictureSizeOption

    @Option(
        help: ArgumentHelp(
            "The larger of the two numbers of threads that are timed. Default: all cores.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp("Inferences to time for each network and number of threads; 0 for none.", valueName: "n"))
    var runs = 24

    @Flag(help: "Print every kernel call of the new network, too.")
    var layers = false

    @Flag(help: "Replace the files where they are there.")
    var force = false

    func execute() throws -> Int32 {
        let threads = try WorkDivision(workers: 1, threads: threads, cores: ProcessorBudget.cores).threads
        try checkOptions()
        do {
            let original = try ModelDefinition(yamlFile: definition)
            let (lightened, replaced) = try lightened(original, lightening)
            let variants = try variants(of: original, lightened)
            let timings = try measure(variants, threads: threads)
            try OutputFile.write(lightened.text(heading: [heading]), to: output)
            report(variants, timings, replaced)
            if let plot { try OutputFile.write(figure(variants, timings).svg, to: plot) }
        } catch {
            throw CommandError(error)
        }
        return ExitStatus.complete
    }

    /// What the new file says of itself.
    private var heading: String {
        "\(name) lightened: windhover model lighten --with \(lightening.rawValue)"
            + (stages.map { " --stages \($0)" } ?? "")
    }

    /// The network before and after, and for a figure those of all other lightenings that can be applied.
    private func variants(of original: ModelDefinition, _ lightened: ModelDefinition) throws -> [Variant] {
        var variants = [(name, try network(original)), ("\(name)-\(lightening.rawValue)", try network(lightened))]
        for other in Lightening.allCases where plot != nil && other != lightening {
            guard let (definition, _) = try? self.lightened(original, other) else { continue }
            variants.append(("\(name)-\(other.rawValue)", try network(definition)))
        }
        return variants
    }

    private typealias Variant = (name: String, network: DefinedNetwork)

    private var name: String { ((definition as NSString).lastPathComponent as NSString).deletingPathExtension }

    private func lightened(
        _ original: ModelDefinition, _ lightening: Lightening
    ) throws -> (definition: ModelDefinition, replaced: [Int]) {
        guard let stages else { return try lightening.applied(to: original, stages: lightening.usualStages) }
        guard let parts = LighteningStages(stages) else {
            throw CommandError.usage(
                "--stages \(stages): give backbone, head, levels such as p3, or rows such as 4 or 4-9, with commas between"
            )
        }
        return try lightening.applied(to: original, stages: parts)
    }

    private func network(_ definition: ModelDefinition) throws -> DefinedNetwork {
        let size = try picture.size
        return try DefinedNetwork(definition, width: size.width, height: size.height, values: .random(seed: 0))
    }

    private func measure(_ variants: [Variant], threads: Int) throws -> [VariantTiming]? {
        guard runs > 0 else { return nil }
        let console = Console.standardError
        defer { console.showOnTerminal(status: "") }
        // The report shows the first two in detail, the figure only how long each takes.
        return try VariantTiming.measure(
            variants, detailed: 2, threads: threads, runs: runs, show: console.showOnTerminal)
    }

    private func report(_ variants: [Variant], _ timings: [VariantTiming]?, _ replaced: [Int]) {
        func side(_ index: Int) -> LighteningReport.Side {
            LighteningReport.Side(
                name: variants[index].name, network: variants[index].network, timing: timings?[index])
        }
        for line in LighteningReport(before: side(0), after: side(1), replaced: replaced).lines {
            StandardOutput.write(line: line)
        }
        if layers, let timings {
            for line in [""] + (timings[1].details?.layers.lines ?? []) { StandardOutput.write(line: line) }
        }
    }

    private func figure(_ variants: [Variant], _ timings: [VariantTiming]?) -> SizeSpeedFigure {
        SizeSpeedFigure(
            title: "\(name): weights against time, \(picture.text)",
            points: zip(variants, timings ?? []).map { variant, timing in
                SizeSpeedFigure.Point(
                    name: variant.name, size: Double(variant.network.cost.floatBytes) / 1e6,
                    times: timing.times.map { ($0.threads, $0.minimum * 1e3) })
            })
    }

    private func checkOptions() throws(CommandError) {
        guard (0...10_000).contains(runs) else { throw .usage("--runs \(runs) is out of range; give 0 to 10000") }
        guard plot == nil || runs > 0 else { throw .usage("--plot needs times; give --runs 1 or more") }
        try OutputFile.check(output, option: "--output", extensions: ["yaml", "yml"])
        try OutputFile.check(output, option: "--output", isNot: definition, "the definition itself")
        if let plot {
            try OutputFile.checkFolder(of: plot, option: "--plot")
            try OutputFile.check(plot, option: "--plot", isNot: definition, "the definition itself")
            try OutputFile.check(plot, option: "--plot", isNot: output, "the file of --output")
        }
        try OutputFile.checkAbsent([output, plot].compactMap(\.self), force: force)
    }
}

extension Lightening: ExpressibleByArgument {}
