import ArgumentParser
import Pipeline

/// `windhover track`.
struct TrackCommand: AsynchronousCommand {
    static let configuration = CommandConfiguration(
        commandName: "track",
        abstract: "Follow objects anew in what a run has detected.",
        discussion: """
            Numbers the frames, follows the objects and writes detections.jsonl and summary.json of each video from the detections that \
            'windhover detect' stored in OUT. Neither the model nor the videos are needed. Annotated videos stay as they are until \
            'windhover render' draws them anew.

            EXAMPLES
              windhover track results --confidence 0.4
              windhover track results --classes person
            """)

    @Argument(help: ArgumentHelp("The folder that detect wrote.", valueName: "out"), completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Lowest score to report, 0 to 1. Default: as before.", valueName: "score"))
    var confidence: Float?

    @Option(
        help: ArgumentHelp(
            "Only these classes: names or numbers, separated by commas; all: all that are stored. Default: as before.",
            valueName: "classes"))
    var classes: [String] = []

    @OptionGroup(title: "Messages") var logging: LoggingOptions

    func execute() async throws -> Int32 {
        let stored = try StoredRun(output: output)
        var request = stored.request(scope: .tracking, workers: 1, executable: Executable.path)
        if let confidence {
            let floor = stored.scoreFloor
            guard confidence >= floor, confidence <= 1 else {
                throw CommandError.usage(
                    "--confidence \(confidence) is out of range; scores from \(floor) to 1 are stored, and 'windhover detect' finds weaker ones"
                )
            }
            request.confidence = confidence
        }
        if let written = try DetectSettings.classes(classes) {
            request.classes = written == ["all"] ? nil : try ClassSelection.indices(written, labels: stored.labels)
        }
        return try await RunExecution(logging: logging, logger: logging.logger(), showsStatistics: false).run(request)
    }
}
