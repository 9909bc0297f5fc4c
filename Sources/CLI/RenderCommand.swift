import ArgumentParser
import Media
import Pipeline

/// `windhover render`.
struct RenderCommand: AsynchronousCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Draw the annotated videos of a run anew.",
        discussion: """
            Makes annotated.mp4, or annotated.mkv with --annotate overlay, of each video from the tracks that are stored in OUT. The model \
            is not needed, the videos are. What is in place already and was made with the same settings is not made again.

            EXAMPLES
              windhover render results --annotate overlay
              windhover render results --codec hevc --crf 30
            """)

    @Argument(help: ArgumentHelp("The folder that detect wrote.", valueName: "out"), completion: .directory)
    var output: String

    @OptionGroup(title: "Annotated video") var video: VideoArguments

    @Option(help: ArgumentHelp("Worker processes. Default: as many as fill the cores it may use.", valueName: "n"))
    var workers: Int?

    @OptionGroup var memory: MemoryArguments

    @OptionGroup(title: "Inputs beyond files") var beyond: InputArguments
    @OptionGroup(title: "Messages") var logging: LoggingOptions

    @Flag(help: "Print at the end where the time went, by stage, and how busy the cores were.")
    var stats = false

    func execute() async throws -> Int32 {
        let stored = try StoredRun(output: output)
        let division = try WorkDivision(workers: workers, threads: nil, cores: ProcessorBudget.cores)
        var request = stored.request(scope: .rendering, workers: division.workers, executable: Executable.path)
        request.memory = try memory.checked()
        request.inputRules = try InputRules(beyond)
        request.annotation = try annotation(stored)
        request.container = video.container ?? stored.container
        request.encoder = try encoder(stored, request.annotation)
        return try await RunExecution(logging: logging, logger: logging.logger(), showsStatistics: stats).run(request)
    }

    private func annotation(_ stored: StoredRun) throws(CommandError) -> AnnotationMode {
        let isGiven = video.annotate != nil || video.noAnnotate
        let mode = isGiven ? try DetectSettings.annotation(video) : stored.annotation
        guard mode != .nothing else {
            throw .usage("nothing is to be drawn; give --annotate video or --annotate overlay")
        }
        return mode
    }

    /// What is not given stays as it was, as long as the codec does.
    private func encoder(_ stored: StoredRun, _ annotation: AnnotationMode) throws(CommandError) -> EncoderSettings {
        var video = video
        video.annotate = annotation
        let before = stored.encoder
        if annotation == .video {
            video.container = video.container ?? stored.container
            video.codec = video.codec ?? (video.container?.codecs.contains(before.codec) == true ? before.codec : nil)
        }
        if annotation == .video, video.codec == before.codec {
            video.preset = video.preset ?? before.preset
            video.crf = video.crf ?? before.crf
        }
        return try DetectSettings.encoder(video, annotation)
    }
}
