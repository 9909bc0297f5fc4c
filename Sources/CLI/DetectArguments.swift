import ArgumentParser
import Media
import Pipeline

/// The arguments of `windhover detect` as written, before any of them is looked at together with others.
struct DetectArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Videos: files, folders (searched with all folders in them), quoted patterns such as 'cam*/**/*.mp4', addresses "
                + "(https://host/clip.mp4), or - for a list on standard input, one path a line or separated by NUL bytes.",
            valueName: "input"),
        completion: .file())
    var inputs: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Folder for the results; made where it does not exist. The same command again continues the run in it.",
            valueName: "folder"), completion: .directory)
    var output: String

    @OptionGroup(title: "Inputs beyond files") var beyond: InputArguments
    @OptionGroup(title: "Model") var model: ModelArguments
    @OptionGroup(title: "Frames") var frames: FrameArguments
    @OptionGroup(title: "Work") var work: WorkArguments
    @OptionGroup(title: "Annotated video") var video: VideoArguments
    @OptionGroup(title: "Messages") var logging: LoggingOptions

    @Flag(help: "Print at the end where the time went, by stage, and how busy the cores were.")
    var stats = false
}

/// Which model to use, and which of its detections to keep.
struct ModelArguments: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "An installed model's name (see 'windhover model list') or an .onnx file. Default: the first installed one.",
            valueName: "name or file"), completion: .modelReference)
    var model: String?

    @Option(help: PrecisionChoice.help)
    var precision: PrecisionChoice?

    @Flag(help: ColourFolding.help)
    var foldColours = false

    @Option(help: ArgumentHelp("Lowest score to report, 0 to 1.", valueName: "score"))
    var confidence: Float = 0.25

    @Option(
        help: ArgumentHelp(
            "Overlap (intersection over union, 0 to 1) above which the weaker of two boxes of a class is dropped. "
                + "Default: the model's, mostly 0.5.", valueName: "overlap"))
    var iou: Float?

    @Option(
        help: ArgumentHelp(
            "Only these classes: names or numbers, separated by commas. 'windhover model info' lists them.",
            valueName: "classes"))
    var classes: [String] = []
}

/// Which frames to look at, and how. The others are listed as skipped, and are not in the annotated video.
struct FrameArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Look at one frame of so many (5), or at one each so often (0.5s, 2m). The others are listed as skipped.",
            valueName: "n or time"))
    var every: String?

    @Flag(help: "Look at keyframes only: the fastest way through long videos.")
    var keyframesOnly = false

    @Option(
        help: ArgumentHelp(
            "Begin at this time of each video: seconds (90, 90.5), minutes and seconds (1:30) or hours too (1:02:03).",
            valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("End before this time of each video.", valueName: "time"))
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Deinterlace frames before looking at them and drawing: auto, those that are flagged as interlaced; on, all; off, none.",
            valueName: "which"))
    var deinterlace: Deinterlacing = .automatic
}

extension Deinterlacing: ExpressibleByArgument {}

/// How the work is divided. None of it changes a result.
struct WorkArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Worker processes. Default: as many as fill the cores it may use.", valueName: "n"))
    var workers: Int?

    @Option(help: ArgumentHelp("Inference threads of each worker. Default: what fills those cores.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("Frames a worker takes at a time, at most.", valueName: "n"))
    var batchFrames = 64

    @OptionGroup var memory: MemoryArguments

    @Flag(
        help: ArgumentHelp(
            "Continue the run in the output folder; an error where there is none, or where its settings would have everything detected "
                + "anew."))
    var resume = false

    @Flag(help: "Start over. What an earlier run detected is kept until this one is complete.")
    var fresh = false

    @Flag(help: "Remove what an earlier run wrote into the output folder and start over.")
    var overwrite = false
}

extension AnnotationMode: ExpressibleByArgument {}
extension VideoCodec: ExpressibleByArgument {}
extension VideoContainer: ExpressibleByArgument {}

/// The annotated video.
struct VideoArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "video: annotated.mp4, encoded anew, for every player and browser (or see --container); overlay: annotated.mkv, the source's streams copied "
                + "and a track of boxes and labels that players switch on and off, ready at once; none: JSON only. Default: video.",
            valueName: "how"))
    var annotate: AnnotationMode?

    @Flag(help: "The same as --annotate none.")
    var noAnnotate = false

    @Option(
        help: ArgumentHelp(
            "What the annotated video is kept in: mp4; mkv, which carries nearly all sound as it is; webm, with vp9 or av1 and sound as "
                + "Opus or Vorbis. Default: mp4.", valueName: "container"))
    var container: VideoContainer?

    @Option(
        help: ArgumentHelp(
            "What the annotated video is encoded in: h264, which plays everywhere; hevc, av1 or vp9, which give smaller files and take "
                + "more time. Default: h264, in webm vp9.", valueName: "codec"))
    var codec: VideoCodec?

    @Option(
        help: ArgumentHelp(
            "The encoder's preset: of h264 and hevc ultrafast to placebo, of av1 13 to 0, of vp9 8 to 0, each from fast to small files.",
            valueName: "preset"), completion: .list(VideoCodec.h264.presets))
    var preset: String?

    @Option(
        help: ArgumentHelp(
            "The encoder's quality: 0 (best) to 51 for h264 and hevc, to 63 for av1 and vp9.", valueName: "crf"))
    var crf: Int?
}
