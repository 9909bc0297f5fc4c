import Media
import WorkProtocol

/// The inference thread's part: frames through the network, segments through the encoder.
struct WorkProcessor: ~Copyable {
    let detector: FrameDetector
    let renderer: SegmentRenderer
    let pool: InputPool
    let activity: WorkerActivity
    private var batch: BatchCollection?

    init(detector: FrameDetector, renderer: SegmentRenderer, pool: InputPool, activity: WorkerActivity) {
        self.detector = detector
        self.renderer = renderer
        self.pool = pool
        self.activity = activity
    }

    /// Does the next piece of work; the message to send when it completes an item.
    mutating func process(_ work: PreparedWork) throws(WorkerError) -> WorkerMessage? {
        switch work {
        case .begin(let assignment):
            batch = BatchCollection(assignment)
            return nil
        case .frame(let frame):
            try detect(frame)
            return nil
        case .unusable(let record):
            take(record)
            return nil
        case .end(let end):
            guard let collection = batch.take() else { return nil }
            activity.finish(collection.assignment.item)
            return .batch(collection.result(end))
        case .render(let assignment): return render(assignment)
        case .failed(let failure):
            activity.finish(failure.item)
            return .failed(failure)
        }
    }

    private mutating func detect(_ frame: PreparedFrame) throws(WorkerError) {
        guard !activity.isStopping else { return }
        var frame = frame
        var times = StageTimes()
        let detections = try detector.detect(&frame.values, letterbox: frame.letterbox, times: &times)
        batch?.times.add(times)
        take(
            FrameRecord(pts: frame.pts, duration: frame.duration, status: .detected, detections: detections))
        pool.giveBack(frame.values)
    }

    private mutating func take(_ record: FrameRecord) {
        guard let item = batch?.assignment.item else { return }
        batch?.frames.append(record)
        activity.advance(item)
    }

    private func render(_ assignment: RenderAssignment) -> WorkerMessage? {
        do {
            guard let result = try renderer.render(assignment) else { return nil }
            activity.finish(assignment.item)
            return .segment(result)
        } catch {
            activity.finish(assignment.item)
            return .failed(ItemFailure(item: assignment.item, reason: error.description))
        }
    }
}
