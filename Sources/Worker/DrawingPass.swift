import CPlatform
import Imaging
import Media
import Tracking
import WorkProtocol

/// Follows, draws and encodes the frames of a video while its batches are detected one after the other, so that nothing has to be
/// decoded again for the drawn video. Belongs to one thread.
///
/// That works as long as this worker does all batches of a video in order and nothing is missing: what the tracker sees then is
/// what the tracking pass over the whole video will see. At the first irregularity the pass gives up, without a word: segments that it
/// has not reported are rendered later, from the results.
final class DrawingPass {
    private let drawer: FrameDrawer
    private let settings: EncoderSettings
    private let confidence: Float
    private var video: Video?
    /// Completed in the present batch; they count once the batch turns out to be whole.
    private var completed: [SegmentResult] = []

    /// Frames are drawn and encoded several at a time: network and encoder push each other's data out of the caches, so they take
    /// turns less often (measured: 3 % of a whole run).
    private static let framesAtOnce = 24
    /// Bytes that they may take; large frames do not fit in a cache anyway.
    private static let bytesAtOnce = 32 << 20

    /// How far the pass is in a video.
    private struct Video {
        var sequence: FrameSequence
        /// The present batch, or the last one.
        var batch: BatchAssignment
        var canvas: Canvas
        var info: VideoInfo
        var lastPTS: Int64?
        /// Frames to draw and encode next.
        var waiting: [WaitingFrame] = []
        var open: OpenSegment?
    }

    private struct WaitingFrame {
        let pts: Int64
        let boxes: [TrackedDetection]
        let picture: VideoFrame
    }

    private struct OpenSegment {
        let plan: PlannedSegment
        let writer: SegmentWriter
    }

    init(_ configuration: WorkerConfiguration, drawer: FrameDrawer) {
        self.drawer = drawer
        settings = configuration.encoder
        confidence = configuration.confidence
    }

    /// A batch begins. `info` is what its reader says of the video.
    func begin(_ batch: BatchAssignment, of info: VideoInfo) {
        completed = []
        video = batch.segments.isEmpty ? nil : videoUp(to: batch, info)
    }

    /// A video of which everything before `batch` has been seen; nil where it has not.
    private func videoUp(to batch: BatchAssignment, _ info: VideoInfo) -> Video? {
        let canvas = drawer.canvas(for: info)
        guard batch.predecessor != nil else {
            let rate = info.averageFrameRate?.doubleValue
            return Video(
                sequence: FrameSequence(confidence: confidence, frameRate: rate), batch: batch, canvas: canvas,
                info: info)
        }
        guard var video, video.batch.video == batch.video, video.batch.item == batch.predecessor else { return nil }
        (video.batch, video.canvas, video.info) = (batch, canvas, info)
        return video
    }

    /// The next frame of the batch, detected. CPU time is added to `times`.
    func take(_ frame: FrameRecord, picture: VideoFrame?, times: inout StageTimes) {
        guard video != nil else { return }
        do {
            guard let picture, frame.pts > video?.lastPTS ?? .min else { return giveUp() }
            enqueue(frame, picture)
            if isTimeToDraw { try drawWaiting(&times) }
        } catch {
            // Whoever renders the segment later meets the same error, and reports it.
            giveUp()
        }
    }

    /// The next frame of the batch is not looked at, and not drawn.
    func pass(_ frame: FrameRecord) {
        guard video != nil else { return }
        guard frame.pts > video?.lastPTS ?? .min else { return giveUp() }
        _ = video?.sequence.next(frame.detections, isDetected: false)
        video?.lastPTS = frame.pts
    }

    /// The batch has ended; the segments that are in place. `isWhole`: all frames of its range were detected, in order.
    func end(isWhole: Bool, times: inout StageTimes) -> [SegmentResult] {
        guard isWhole, let batch = video?.batch else {
            giveUp()
            return []
        }
        do {
            try drawWaiting(&times)
            var clock = wh_thread_cpu_nanoseconds()
            if let open = video?.open, open.plan.range.endPTS <= batch.range.endPTS { try close(open) }
            times.encode += lap(&clock)
        } catch {
            giveUp()
        }
        return completed
    }

    /// Leaves the video to those who render later. A writer that is dropped leaves no file.
    func giveUp() {
        video = nil
        completed = []
    }

    private func enqueue(_ frame: FrameRecord, _ picture: VideoFrame) {
        guard let tracks = video?.sequence.next(frame.detections, isDetected: true) else { return }
        let boxes = zip(frame.detections, tracks).map { TrackedDetection(detection: $0, track: $1) }
        video?.waiting.append(
            WaitingFrame(
                pts: frame.pts, boxes: boxes.filter { $0.isReported(confidence: confidence) }, picture: picture))
        video?.lastPTS = frame.pts
    }

    private var isTimeToDraw: Bool {
        guard let video else { return false }
        let bytes = video.info.codedSize.width * video.info.codedSize.height * 3 / 2
        return video.waiting.count >= min(Self.framesAtOnce, Self.bytesAtOnce / max(1, bytes))
    }

    private func drawWaiting(_ times: inout StageTimes) throws(FFmpegError) {
        guard let waiting = video?.waiting else { return }
        video?.waiting = []
        for frame in waiting { try draw(frame, &times) }
    }

    private func draw(_ frame: WaitingFrame, _ times: inout StageTimes) throws(FFmpegError) {
        var clock = wh_thread_cpu_nanoseconds()
        guard let drawn = try video?.canvas.draw(frame.boxes, on: frame.picture) else { return }
        times.draw += lap(&clock)
        guard let writer = try writer(at: frame.pts) else { return giveUp() }
        try writer.write(drawn)
        times.encode += lap(&clock)
    }

    /// The writer of the segment that a frame at `pts` belongs to; nil where there is none. Earlier segments are closed.
    private func writer(at pts: Int64) throws(FFmpegError) -> SegmentWriter? {
        if let open = video?.open {
            if open.plan.range.contains(pts) { return open.writer }
            try close(open)
        }
        guard let video, let plan = video.batch.segments.first(where: { $0.range.contains(pts) }) else { return nil }
        let writer = try SegmentWriter(path: plan.output, info: video.info, settings: settings)
        self.video?.open = OpenSegment(plan: plan, writer: writer)
        return writer
    }

    private func close(_ segment: OpenSegment) throws(FFmpegError) {
        video?.open = nil
        let frames = segment.writer.frameCount
        try segment.writer.finish()
        completed.append(SegmentResult(item: segment.plan.item, frames: frames))
    }
}
