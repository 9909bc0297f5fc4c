import Media
import Pipeline
import Tensors

/// The arguments of `detect`, checked: every value in range, none contradicting another.
struct DetectSettings: Sendable, Hashable {
    var inputs: [String]
    var inputRules: InputRules
    var output: String
    var modelReference: String?
    var precision: PrecisionChoice?
    var foldColours: Bool
    var confidence: Float
    /// nil for the model's own.
    var iou: Float?
    /// Names or numbers of classes; nil keeps all.
    var classes: [String]?
    var frames: FrameSelection
    var deinterlacing: Deinterlacing
    var workers: Int
    var threads: Int
    /// Bytes that all workers may take.
    var memory: Int
    var batchFrames: Int
    var annotation: AnnotationMode
    var encoder: EncoderSettings
    var container: VideoContainer
    var existing: ExistingRunPolicy

    /// - Parameter cores: processors that the program may use.
    init(_ arguments: DetectArguments, cores: Int) throws(CommandError) {
        inputs = arguments.inputs
        inputRules = try InputRules(arguments.beyond)
        guard inputs.filter({ $0 == "-" }).count <= 1 else { throw .usage("give - once; there is one standard input") }
        guard !arguments.output.isEmpty else { throw .usage("--output is empty; give a folder for the results") }
        output = arguments.output
        for name in [output, arguments.model.model].compactMap(\.self) { try name.checkIsText() }

        let model = arguments.model
        modelReference = model.model
        precision = model.precision
        foldColours = model.foldColours
        confidence = try Self.checked(model.confidence, in: 0...1, "--confidence")
        iou = try model.iou.map { overlap throws(CommandError) in try Self.checked(overlap, in: 0...1, "--iou") }
        classes = try Self.classes(model.classes)

        frames = try FrameSelection(arguments.frames)
        deinterlacing = arguments.frames.deinterlace
        let work = arguments.work
        let division = try WorkDivision(workers: work.workers, threads: work.threads, cores: cores)
        (workers, threads) = (division.workers, division.threads)
        memory = try work.memory.checked()
        batchFrames = try Self.checked(work.batchFrames, in: 1...1_000_000, "--batch-frames")
        existing = try Self.policy(work)

        annotation = try Self.annotation(arguments.video)
        encoder = try Self.encoder(arguments.video, annotation)
        container = arguments.video.container ?? .mp4
    }

    static func checked<Value: Comparable>(
        _ value: Value, in range: ClosedRange<Value>, _ option: String
    ) throws(CommandError) -> Value {
        guard range.contains(value) else {
            let (low, high) = ("\(range.lowerBound)".shortNumber, "\(range.upperBound)".shortNumber)
            throw .usage("\(option) \("\(value)".shortNumber) is out of range; give \(low) to \(high)")
        }
        return value
    }

    static func classes(_ written: [String]) throws(CommandError) -> [String]? {
        guard !written.isEmpty else { return nil }
        guard written.allSatisfy({ !$0.isEmpty }) else { throw .usage("--classes is empty; leave it away to keep all") }
        return written
    }

    private static func policy(_ work: WorkArguments) throws(CommandError) -> ExistingRunPolicy {
        let policies: [(String, Bool, ExistingRunPolicy)] = [
            ("--resume", work.resume, .resume), ("--fresh", work.fresh, .fresh),
            ("--overwrite", work.overwrite, .overwrite),
        ]
        let given = policies.filter(\.1)
        guard given.count <= 1 else {
            throw .usage("\(given[0].0) and \(given[1].0) contradict each other; give one of them")
        }
        return given.first?.2 ?? .automatic
    }

    static func annotation(_ video: VideoArguments) throws(CommandError) -> AnnotationMode {
        guard video.noAnnotate else { return video.annotate ?? .video }
        if let mode = video.annotate, mode != .nothing {
            throw .usage("--no-annotate and --annotate \(mode.rawValue) contradict each other; give one of them")
        }
        return .nothing
    }

    static func encoder(
        _ video: VideoArguments, _ annotation: AnnotationMode
    ) throws(CommandError) -> EncoderSettings {
        let given = [
            ("--container", video.container != nil), ("--codec", video.codec != nil), ("--preset", video.preset != nil),
            ("--crf", video.crf != nil),
        ]
        if annotation != .video, let option = given.first(where: \.1)?.0 {
            let mode = video.noAnnotate ? "--no-annotate" : "--annotate \(annotation.rawValue)"
            throw .usage("\(option) is about the encoded video, which \(mode) leaves out; drop one of them")
        }
        let codec = try codec(video)
        if let preset = video.preset, !codec.presets.contains(preset) {
            throw .usage("--preset \(preset) does not exist; \(codec) has \(codec.presets.joined(separator: ", "))")
        }
        if let crf = video.crf { _ = try checked(crf, in: codec.crfRange, "--crf") }
        return EncoderSettings(codec: codec, preset: video.preset, crf: video.crf)
    }

    private static func codec(_ video: VideoArguments) throws(CommandError) -> VideoCodec {
        let container = video.container ?? .mp4
        guard let codec = video.codec else { return container.defaultCodec }
        guard container.codecs.contains(codec) else {
            let possible = container.codecs.map(\.rawValue).joined(separator: " or ")
            throw .usage("--codec \(codec) does not go into --container \(container); give \(possible)")
        }
        return codec
    }
}

extension String {
    /// A number's text without `.0`.
    fileprivate var shortNumber: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}

/// Worker processes and threads of each; what is not given is chosen so that together they fill the cores.
struct WorkDivision: Sendable, Hashable {
    let workers: Int
    let threads: Int

    private static let workerRange = 1...1024
    private static let threadRange = 1...256

    init(workers: Int?, threads: Int?, cores: Int) throws(CommandError) {
        if let workers, !Self.workerRange.contains(workers) {
            throw .usage("--workers \(workers) is out of range; give 1 to \(Self.workerRange.upperBound)")
        }
        if let threads, !Self.threadRange.contains(threads) {
            throw .usage("--threads \(threads) is out of range; give 1 to \(Self.threadRange.upperBound)")
        }
        self.workers = workers ?? max(1, cores / (threads ?? 1))
        self.threads = threads ?? min(max(1, cores / self.workers), Self.threadRange.upperBound)
    }
}
