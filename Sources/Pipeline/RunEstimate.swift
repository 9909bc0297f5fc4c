import Foundation
import Imaging
import Journal
package import Logging
import Media

/// How long a plan will take and how much it will write, told from running the first frames of one of its videos.
package struct RunEstimate: Sendable, Hashable {
    /// Of the wall clock.
    package var seconds: Double
    /// Bytes of all result files.
    package var bytes: Int64
    /// Bytes needed for a while beside them: segments of the largest video, before they are joined.
    package var temporaryBytes: Int64
    /// Frames that were measured.
    package var sampleFrames: Int

    /// CPU seconds and bytes of one frame.
    fileprivate struct Cost {
        /// Whatever its size: inference, reading its answer, tracking, JSON.
        var fixedSeconds = 0.0
        /// Decoding, preparing, drawing, encoding; for each pixel.
        var secondsPerPixel = 0.0
        var drawingSecondsPerPixel = 0.0
        var fixedBytes = 0.0
        var videoBytesPerPixel = 0.0
    }

    /// Runs `request` on a sample of its most usual video, in a folder of its own that is removed afterwards.
    ///
    /// - Parameters:
    ///   - cores: processors that the program may use.
    ///   - sampleSeconds: length of the sample in the video's time.
    /// - Returns: nil where nothing is to be detected or drawn.
    package static func measured(
        _ plan: RunPlan, _ request: DetectRequest, cores: Int, sampleSeconds: Double = 4, logger: Logger
    ) async throws(PipelineError) -> RunEstimate? {
        let work = plan.videos.filter { $0.framesToDetect + $0.framesToDraw > 0 }
        guard let sample = work.max(by: { ($0.framesToDetect, $1.path) < ($1.framesToDetect, $0.path) }),
            let info = sample.info
        else { return nil }
        let folder = NSTemporaryDirectory() + "windhover-plan-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var trial = request
        trial.inputs = [InputVideo(path: sample.path, relativePath: "sample")]
        trial.problems = []
        (trial.output, trial.existing) = (folder, .automatic)
        let middle = max(0, ((sample.seconds ?? 0) - sampleSeconds) / 2)
        let from = trial.selection.from ?? middle
        (trial.selection.from, trial.selection.to) = (from, min(trial.selection.to ?? .infinity, from + sampleSeconds))
        let summary = try await DetectRun.run(trial, progress: { _ in }, stop: StopRequest(), logger: logger)
        let cost = Cost(summary, info, RunDirectory(root: folder))
        guard summary.times.framesDetected > 0 else { return nil }
        return RunEstimate(work, cost, request, cores: cores, sampleFrames: summary.times.framesDetected)
    }

    private init(
        _ videos: [RunPlan.Video], _ cost: Cost, _ request: DetectRequest, cores: Int, sampleFrames: Int
    ) {
        var (cpu, total, largest) = (0.0, 0.0, 0.0)
        for video in videos {
            let pixels = Double(video.info?.pixels ?? 0)
            let (detect, draw) = (Double(video.framesToDetect), Double(video.framesToDraw))
            cpu += detect * (cost.fixedSeconds + pixels * cost.secondsPerPixel)
            cpu += draw * pixels * cost.drawingSecondsPerPixel
            let drawn = draw * pixels * cost.videoBytesPerPixel
            let copied = request.annotation == .overlay ? Double(video.size) : 0
            total += detect * cost.fixedBytes + drawn + copied
            largest = max(largest, drawn)
        }
        let busy = Double(max(1, min(cores, request.workers * request.threads)))
        (seconds, bytes, temporaryBytes) = (cpu / busy, Int64(total), Int64(largest * Double(request.workers)))
        self.sampleFrames = sampleFrames
    }
}

extension RunEstimate.Cost {
    fileprivate init(_ summary: RunSummary, _ info: VideoInfo, _ directory: RunDirectory) {
        let (times, pixels) = (summary.times, Double(max(1, info.pixels)))
        let (detected, drawn) = (Double(max(1, times.framesDetected)), Double(max(1, times.framesRendered)))
        fixedSeconds = (times.inference + times.postprocess + times.track) / detected
        secondsPerPixel = (times.decode + times.preprocess) / detected / pixels
        drawingSecondsPerPixel = (times.draw + times.encode) / drawn / pixels
        func size(_ file: RunDirectory.ResultFile) -> Double {
            Double(FileIdentity(path: directory.path(file, of: "sample"))?.size ?? 0)
        }
        // Once as JSON, once in the journal.
        fixedBytes = 2 * size(.detections) / detected
        let annotated: [RunDirectory.ResultFile] = [.mp4, .matroska, .webm]
        videoBytesPerPixel = annotated.reduce(0) { $0 + size($1) } / drawn / pixels
    }
}

extension VideoInfo {
    fileprivate var pixels: Int { codedSize.width * codedSize.height }
}
