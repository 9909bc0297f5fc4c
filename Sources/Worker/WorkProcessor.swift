import Media
import ObjectDetection
import WorkProtocol

/// The inference thread's part: frames through the network, segments through the encoder.
struct WorkProcessor: ~Copyable {
    /// nil in a worker that only draws.
    let detector: FrameDetector?
    let renderer: SegmentRenderer
    let drawing: DrawingPass
    let pool: InputPool
    let activity: WorkerActivity
    private let selection: FrameSelection
    private var batch: BatchCollection?

    init(_ configuration: WorkerConfiguration, detector: FrameDetector?, pool: InputPool, activity: WorkerActivity) {
        let drawer = FrameDrawer(labels: configuration.description.labels)
        self.detector = detector
        renderer = SegmentRenderer(configuration, drawer: drawer, activity: activity)
        drawing = DrawingPass(configuration, drawer: drawer)
        self.pool = pool
        self.activity = activity
        selection = configuration.selection
    }

    /// Does the next piece of work; the message to send when it completes an item.
    mutating func process(_ work: PreparedWork) throws(WorkerError) -> WorkerMessage? {
        switch work {
        case .begin(let assignment, let info):
            batch = BatchCollection(assignment, selection: selection)
            renderer.rest()
            drawing.begin(assignment, of: info)
            return nil
        case .frame(let frame):
            try detect(frame)
            return nil
        case .unusable(let record):
            drawing.giveUp()
            take(record)
            return nil
        case .skipped(let record):
            drawing.pass(record)
            take(record)
            return nil
        case .end(let end):
            // A worker that stops passes frames over: what it has of the batch is no result.
            guard let collection = batch.take(), !activity.isStopping else { return nil }
            return .batch(finish(collection, end))
        case .render(let assignment): return render(assignment)
        case .failed(let failure):
            drawing.giveUp()
            activity.finish(failure.item)
            return .failed(failure)
        }
    }

    private mutating func detect(_ frame: PreparedFrame) throws(WorkerError) {
        guard !activity.isStopping else { return }
        #if DEBUG
            PoisonFrame.strike(frame.pts)
        #endif
        var frame = frame
        var times = StageTimes()
        guard let detector else { throw Self.withoutModel }
        let detections = try detector.detect(&frame.values, at: frame.place, times: &times)
        pool.giveBack(frame.values)
        let record = FrameRecord(
            pts: frame.pts, duration: frame.duration, status: .detected, detections: detections)
        drawing.take(record, picture: frame.picture, times: &times)
        batch?.times.add(times)
        take(record)
    }

    private static let withoutModel = WorkerError(
        .model, operation: "detect", subject: "worker", reason: "it was started without a model")

    private func finish(_ collection: consuming BatchCollection, _ end: DecodingEnd) -> BatchResult {
        var times = StageTimes()
        let segments = drawing.end(isWhole: end.isWhole, times: &times)
        collection.times.add(times)
        var result = collection.result(end)
        result.segments = segments
        activity.finish(result.item)
        return result
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
