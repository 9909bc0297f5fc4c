import Foundation
import Journal
package import Logging
package import Media
import Synchronization

/// What a request would do, found without running the network on more than a sample.
package struct RunPlan: Sendable {
    /// One input.
    package struct Video: Sendable, Hashable {
        package enum Outlook: String, Sendable, Hashable, CaseIterable {
            /// Everything is to be done.
            case new
            /// Some of its frames are detected already.
            case continued
            /// Its results are in place; it is skipped.
            case done
            /// Its detections are stored; tracks, files or pictures are made anew.
            case redone
            /// Nothing can be done with it.
            case unusable
        }

        /// The file as given.
        package var path: String
        /// Where its results will be, relative to the run directory.
        package var relativePath: String
        package var outlook: Outlook
        /// Why it is skipped or unusable, or what is special about it; nil otherwise.
        package var remark: String?
        /// nil where it is unusable.
        package var info: VideoInfo?
        /// Bytes.
        package var size: Int64 = 0
        /// Frames in the file, expected from demuxing.
        package var frames = 0
        /// Frames that are to be detected, and to be drawn.
        package var framesToDetect = 0
        package var framesToDraw = 0
        package var batches = 0
        /// Seconds of video; nil where the container does not say.
        package var seconds: Double? { info?.duration }
    }

    /// In the order of the request.
    package let videos: [Video]
    /// Why detections that are stored cannot be used; empty where there are none or they can.
    package let startsOver: [String]

    package var framesToDetect: Int { videos.reduce(0) { $0 + $1.framesToDetect } }

    /// Demuxes all videos of `request`, several at a time. Blocks.
    /// - Parameter progress: videos looked at so far, and how many there are; from any thread, one call at a time.
    package init(
        _ request: DetectRequest, logger: Logger, progress: @Sendable (Int, Int) -> Void
    ) throws(PipelineError) {
        request.inputRules.use()
        let settings = RunSettings(request, modelDigest: try DetectRun.digest(of: request))
        let earlier = request.existing == .fresh || request.existing == .overwrite ? nil : EarlierRun(request, settings)
        startsOver = earlier?.differences ?? []
        let usable = startsOver.isEmpty ? earlier : nil
        let helpers = HelperPool(request, logger: logger)
        defer { helpers.close() }
        let planner = VideoPlanner(
            batchFrames: request.batchFrames, workers: request.workers, selection: request.selection)
        let videos = Mutex<[Int: Video]>([:])
        DispatchQueue.concurrentPerform(iterations: request.inputs.count) { index in
            let input = request.inputs[index]
            let isLast = index == request.inputs.count - 1
            let video = usable?.video(input) ?? Video(input, helpers.plan(input.path, planner, isLast: isLast), request)
            videos.withLock {
                $0[index] = video
                progress($0.count, request.inputs.count)
            }
        }
        self.videos = videos.withLock { found in request.inputs.indices.compactMap { found[$0] } }
    }
}

extension RunPlan.Video {
    /// A video of which nothing is known yet.
    fileprivate init(_ input: InputVideo, _ outcome: PlanOutcome, _ request: DetectRequest) {
        (path, relativePath) = (input.path, input.relativePath)
        switch outcome {
        case .failed(let identity, let reason):
            (outlook, remark, size) = (.unusable, reason, identity?.size ?? 0)
        case .planned(let plan):
            (outlook, remark, info, size) = (.new, plan.shortfall?.reason, plan.info, plan.identity.size)
            frames = plan.batches.reduce(0) { $0 + $1.frames }
            (framesToDetect, batches) = (plan.chosenFrames, plan.batches.count)
            framesToDraw = request.annotation == .video ? plan.chosenFrames : 0
        }
    }
}

/// What is stored of an earlier run, as far as the request can build on it.
private struct EarlierRun: Sendable {
    let stored: StoredRun
    let settings: RunSettings
    let recipes: Recipes
    let directory: RunDirectory
    let differences: [String]
    private let records: [String: VideoRecord]
    /// Bytes that workers may take.
    private let memory: Int

    init?(_ request: DetectRequest, _ wanted: RunSettings) {
        guard !request.output.isEmpty, let stored = try? StoredRun(output: request.output) else { return nil }
        self.stored = stored
        memory = request.memory
        differences = wanted.differences(from: stored.settings)
        settings = wanted.continuing(stored.settings) ?? wanted
        recipes = settings.recipes
        directory = RunDirectory(root: request.output).at(stored.generation)
        records = Dictionary(stored.videos.map { ($0.relativePath, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// nil where nothing of it can be used.
    func video(_ input: InputVideo) -> RunPlan.Video? {
        guard let record = records[input.relativePath],
            let earlier = record.identity, record.path == input.path, let info = record.info,
            !record.wants(moreMemory: memory),
            let identity = FileIdentity(path: input.path), identity.hasContent(of: earlier, path: input.path)
        else { return nil }
        let progress = stored.progress[record.id] ?? VideoProgress()
        let missing = record.plannedFrames - progress.detected
        var video = RunPlan.Video(
            path: input.path, relativePath: input.relativePath, outlook: .continued, info: info, size: identity.size,
            frames: record.plannedFrames, framesToDetect: missing, batches: progress.openBatches)
        video.framesToDraw = settings.rendering.annotation == .video ? record.plannedFrames - progress.rendered : 0
        guard missing == 0 else { return video }
        let isTracked =
            record.recipe == recipes.tracks
            && [.detections, .summary].allSatisfy {
                directory.isInPlace($0, of: record.relativePath, recipe: recipes.tracks, stored.placed)
            }
        let file = record.ledger.detected > 0 ? settings.rendering.file : nil
        let isDone =
            record.stage == .finished && isTracked
            && file.map { directory.isInPlace($0, of: record.relativePath, recipe: recipes.video, stored.placed) }
                ?? true
        video.outlook = isDone ? .done : .redone
        video.remark = isDone ? record.reason : "its detections are stored"
        video.framesToDraw = !isDone && settings.rendering.annotation == .video ? record.ledger.detected : 0
        return video
    }
}
