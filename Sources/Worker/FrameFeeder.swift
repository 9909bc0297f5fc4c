import CPlatform
import Imaging
import Kernels
import Media
import ObjectDetection
import WorkProtocol

/// An assignment as it waits for its turn.
enum Assignment: Sendable {
    case detect(BatchAssignment)
    case render(RenderAssignment)
}

/// The decoding thread: turns batches into model inputs, ahead of the inference thread by as much as the queue holds.
struct FrameFeeder {
    let assignments: BoundedQueue<Assignment>
    let prepared: BoundedQueue<PreparedWork>
    let pool: InputPool
    let activity: WorkerActivity
    private let preprocessor: Preprocessor
    private let kernels: KernelTable
    private let foldsColours: Bool
    private let choosers: FrameChoosers
    private let deinterlacing: Deinterlacing

    init(
        assignments: BoundedQueue<Assignment>, prepared: BoundedQueue<PreparedWork>, pool: InputPool,
        activity: WorkerActivity, preprocessor: Preprocessor, kernels: KernelTable,
        foldsColours: Bool, selection: FrameSelection, deinterlacing: Deinterlacing
    ) {
        self.assignments = assignments
        self.prepared = prepared
        self.pool = pool
        self.activity = activity
        self.preprocessor = preprocessor
        self.kernels = kernels
        self.foldsColours = foldsColours
        choosers = FrameChoosers(selection)
        self.deinterlacing = deinterlacing
    }

    /// Works until there are no more assignments or the queue is closed at the other end.
    func run() {
        var last: SelectedFrames?
        while let assignment = assignments.pop() {
            let goesOn =
                switch assignment {
                case .detect(let batch): feed(batch, after: &last)
                case .render(let segment): prepared.push(.render(segment))
                }
            if case .render = assignment { last = nil }
            guard goesOn else { break }
        }
        prepared.close()
    }

    /// Decodes one batch, with the decoder of the last one where that can go on; false where the worker shall end.
    private func feed(_ batch: BatchAssignment, after last: inout SelectedFrames?) -> Bool {
        let reader: SelectedFrames
        do {
            reader = try SelectedFrames(
                path: batch.video, range: batch.range, choosers: choosers,
                from: batch.startsNearby ? .nearest : .stretch,
                after: last)
            last = reader
        } catch {
            last = nil
            return prepared.push(.failed(ItemFailure(item: batch.item, reason: error.reason)))
        }
        let filter = FrameFilter(reader.info, deinterlacing: deinterlacing)
        guard prepared.push(.begin(batch, filter.info)) else { return false }
        var times = StageTimes()
        var failure: String?
        do {
            guard try feedFrames(of: reader, filter, isDrawn: !batch.segments.isEmpty, &times) else { return false }
        } catch {
            failure = error.reason
        }
        return prepared.push(.end(DecodingEnd(errors: reader.decodeErrors, failure: failure, times: times)))
    }

    private func feedFrames(
        of reader: SelectedFrames, _ filter: FrameFilter, isDrawn: Bool, _ times: inout StageTimes
    ) throws(FFmpegError) -> Bool {
        var converter = FrameConverter(
            displayed: filter.info, preprocessor: preprocessor, kernels: kernels, foldsColours: foldsColours)
        var clock = wh_thread_cpu_nanoseconds()
        while let step = try reader.next() {
            times.decode += lap(&clock)
            let work = prepare(step, filter, isDrawn: isDrawn, &converter)
            times.preprocess += lap(&clock)
            guard !activity.isStopping, prepared.push(work) else { return false }
        }
        times.decode += lap(&clock)
        return true
    }

    private func prepare(
        _ step: SelectedFrames.Step, _ filter: FrameFilter, isDrawn: Bool, _ converter: inout FrameConverter
    ) -> PreparedWork {
        switch step {
        case .frame(let frame): prepare(frame, filter, isDrawn: isDrawn, &converter)
        case .skipped(let pts, let reason):
            .skipped(FrameRecord(pts: pts, duration: 0, status: .skipped(reason: reason)))
        }
    }

    private func prepare(
        _ decoded: VideoFrame, _ filter: FrameFilter, isDrawn: Bool, _ converter: inout FrameConverter
    ) -> PreparedWork {
        var values = pool.take()
        do {
            let frame = try filter.apply(to: decoded)
            let place = try converter.convert(frame, into: &values)
            return .frame(
                PreparedFrame(
                    pts: frame.pts, duration: frame.duration, values: values, place: place,
                    picture: isDrawn ? frame : nil))
        } catch {
            pool.giveBack(values)
            return .unusable(
                FrameRecord(
                    pts: decoded.pts, duration: decoded.duration, status: .undecodable(reason: error.reason)))
        }
    }
}

/// CPU time of this thread since `clock`, which moves on to now.
func lap(_ clock: inout Int64) -> Int64 {
    let now = wh_thread_cpu_nanoseconds()
    defer { clock = now }
    return now - clock
}
