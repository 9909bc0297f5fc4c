import ArgumentParser
import Logging
import Pipeline

/// `windhover plan`.
struct PlanCommand: AsynchronousCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Tell what 'detect' with the same arguments would do, and how long it would take.",
        discussion: """
            Reads all videos without decoding them, and what is in the output folder already; then runs a few seconds of one video for \
            the estimate. Writes nothing.

            EXAMPLES
              windhover plan footage/
              windhover plan footage/ -o results --every 5 --annotate overlay
            """)

    @Argument(help: "Videos, as for 'detect'.", completion: .file())
    var inputs: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The folder that detect would write; what is done in it already is left out.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @OptionGroup(title: "Model") var model: ModelArguments
    @OptionGroup(title: "Frames") var frames: FrameArguments
    @OptionGroup(title: "Work") var work: WorkArguments
    @OptionGroup(title: "Annotated video") var video: VideoArguments
    @OptionGroup(title: "Inputs beyond files") var beyond: InputArguments
    @OptionGroup(title: "Messages") var logging: LoggingOptions

    @Flag(help: "Do not run a sample; there is no estimate then.")
    var noSample = false

    @Flag(help: "Print JSON.")
    var json = false

    func execute() async throws -> Int32 {
        let settings = try DetectSettings(detectArguments, cores: ProcessorBudget.cores)
        let logger = logging.logger()
        // Without an output folder there is none to stay clear of.
        let discovery = InputDiscovery(output: output ?? "", rules: settings.inputRules)
        let discovered = try discovery.discover(try settings.listedInputs())
        for problem in discovered.problems { logger.error("\(problem)") }
        guard !discovered.videos.isEmpty else { return ExitStatus.nothingProcessed }
        var request = try DetectRequest(settings, discovered)
        request.output = output ?? ""
        let plan = try plan(request, logger)
        let estimate = try await estimate(plan, request, logger)
        let report = PlanReport(plan: plan, estimate: estimate, output: output)
        if json {
            StandardOutput.write(line: JSONText.encode(report.document, pretty: true))
        } else {
            for line in report.lines { StandardOutput.write(line: line) }
        }
        return exitStatus(plan, discovered)
    }

    private var detectArguments: DetectArguments {
        var arguments = DetectArguments()
        (arguments.inputs, arguments.output) = (inputs, output ?? ".")
        (arguments.model, arguments.frames, arguments.work) = (model, frames, work)
        (arguments.video, arguments.beyond, arguments.logging) = (video, beyond, logging)
        arguments.stats = false
        return arguments
    }

    private func plan(_ request: DetectRequest, _ logger: Logger) throws -> RunPlan {
        let console = Console.standardError
        let isQuiet = logging.quiet
        defer { console.showOnTerminal(status: "") }
        return try RunPlan(request, logger: logger) { done, count in
            if !isQuiet { console.showOnTerminal(status: "Looked at \(done) of \(count) videos") }
        }
    }

    private func estimate(_ plan: RunPlan, _ request: DetectRequest, _ logger: Logger) async throws -> RunEstimate? {
        guard !noSample else { return nil }
        let console = Console.standardError
        if !logging.quiet { console.showOnTerminal(status: "Measuring on a sample") }
        defer { console.showOnTerminal(status: "") }
        var silent = logger
        silent.logLevel = .error
        return try await RunEstimate.measured(plan, request, cores: ProcessorBudget.cores, logger: silent)
    }

    private func exitStatus(_ plan: RunPlan, _ discovered: InputDiscovery.Result) -> Int32 {
        let unusable = plan.videos.count { $0.outlook == .unusable }
        if unusable == plan.videos.count { return ExitStatus.nothingProcessed }
        return unusable > 0 || !discovered.problems.isEmpty ? ExitStatus.incomplete : ExitStatus.complete
    }
}
