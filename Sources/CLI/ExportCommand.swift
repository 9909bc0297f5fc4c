import ArgumentParser
import Logging
import Pipeline

/// `windhover export`.
struct ExportCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what a run has found in other programs' formats.",
        discussion: """
            Each video's folder in OUT gets detections.csv (a table), mot.txt (MOTChallenge) or coco.json (COCO annotations), from stored \
            detections and the settings of the last detect or track.

            EXAMPLES
              windhover export results --format csv
              windhover export results --format mot --format coco
            """)

    @Argument(help: ArgumentHelp("The folder that detect wrote.", valueName: "out"), completion: .directory)
    var output: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("csv, mot or coco; may be given several times.", valueName: "format"))
    var format: [ExportFormat]

    @OptionGroup(title: "Messages") var logging: LoggingOptions

    func execute() throws -> Int32 {
        let logger = logging.logger()
        let console = Console.standardError
        let isQuiet = logging.quiet
        let summary = try ExportRun(output: output, formats: format).run { done, count in
            if !isQuiet { console.showOnTerminal(status: "Wrote \(done) of \(count) videos") }
        }
        console.showOnTerminal(status: "")
        for problem in summary.problems { logger.error("\(problem)") }
        logger.info("\(summary.files.count) files are in \(output)")
        guard !summary.files.isEmpty else { return ExitStatus.nothingProcessed }
        return summary.problems.isEmpty ? ExitStatus.complete : ExitStatus.incomplete
    }
}

extension ExportFormat: ExpressibleByArgument {}
