import ArgumentParser
import Logging
import Media
import Pipeline

/// `windhover verify`.
struct VerifyCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the results of a run against each other and against the videos.",
        discussion: """
            For each video: the result files are there and have the content that was written; detections.jsonl and summary.json are what \
            the stored detections give; every frame that the video holds is accounted for at its time (this decodes the video); the \
            annotated video has the frames that were detected, at their times. Changes nothing.

            EXIT CODES
              0   all is right
              3   something is not, each on a line of standard error
            """)

    @Argument(help: ArgumentHelp("The folder that detect wrote.", valueName: "out"), completion: .directory)
    var output: String

    @Flag(help: "Do not decode the videos.")
    var quick = false

    @OptionGroup(title: "Inputs beyond files") var beyond: InputArguments
    @OptionGroup(title: "Messages") var logging: LoggingOptions

    func execute() throws -> Int32 {
        try InputRules(beyond).use()
        let logger = logging.logger()
        let console = Console.standardError
        let isQuiet = logging.quiet
        let findings = try RunVerification(output: output, decodes: !quick).findings { done, count in
            if !isQuiet { console.showOnTerminal(status: "Checked \(done) of \(count) videos") }
        }
        console.showOnTerminal(status: "")
        for finding in findings {
            for fault in finding.faults { logger.error("\(finding.video): \(fault)") }
        }
        guard findings.isEmpty else { return ExitStatus.incomplete }
        logger.info("\(output): all results are right")
        return ExitStatus.complete
    }
}
