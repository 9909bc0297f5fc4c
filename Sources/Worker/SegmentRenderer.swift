import CPlatform
import Media
import WorkProtocol

/// Draws boxes on the frames of one range after the other and encodes them. Belongs to one thread.
final class SegmentRenderer {
    private let drawer: FrameDrawer
    private let settings: EncoderSettings
    private let activity: WorkerActivity
    private let choosers: FrameChoosers
    private let deinterlacing: Deinterlacing
    /// What was read last; its decoder goes on where the next segment follows.
    private var last: SelectedFrames?

    init(_ configuration: WorkerConfiguration, drawer: FrameDrawer, activity: WorkerActivity) {
        self.drawer = drawer
        settings = configuration.encoder
        self.activity = activity
        choosers = FrameChoosers(configuration.selection)
        deinterlacing = configuration.deinterlacing
    }

    /// Other work comes first: lets go of the decoder.
    func rest() { last = nil }

    /// Writes the segment file; nil where the worker was stopped before the end, and no file is left.
    func render(_ assignment: RenderAssignment) throws(FFmpegError) -> SegmentResult? {
        let reader = try SelectedFrames(
            path: assignment.video, range: assignment.range, choosers: choosers, after: last)
        last = reader
        let filter = FrameFilter(reader.info, deinterlacing: deinterlacing)
        let canvas = drawer.canvas(for: filter.info)
        let boxes = Dictionary(assignment.frames.map { ($0.pts, $0.boxes) }, uniquingKeysWith: { first, _ in first })
        var result = SegmentResult(item: assignment.item, frames: 0)
        var writer: SegmentWriter?
        var clock = RenderClock(encoderThreads: settings.threads)
        while let step = try reader.next() {
            guard !activity.isStopping else { return nil }
            guard case .frame(let frame) = step else { continue }
            result.times.decode += clock.lap()
            let picture = try canvas.draw(boxes[frame.pts] ?? [], on: filter.apply(to: frame))
            result.times.draw += clock.lap()
            // Opened late: a range of which nothing can be decoded leaves no file.
            if writer == nil {
                writer = try SegmentWriter(path: assignment.output, info: filter.info, settings: settings)
            }
            try writer?.write(picture)
            result.times.encode += clock.encoderLap()
            result.frames += 1
            activity.advance(assignment.item)
        }
        result.times.decode += clock.lap()
        try writer?.finish()
        result.times.encode += clock.encoderLap()
        return result
    }
}

/// CPU time by stage. An encoder with threads of its own is charged with what the process used beside this thread.
private struct RenderClock {
    private let countsProcess: Bool
    private var thread = wh_thread_cpu_nanoseconds()
    private var process = wh_cpu_nanoseconds(0)
    /// Thread time since the last encoder lap that is another stage's.
    private var others: Int64 = 0

    init(encoderThreads: Int) { countsProcess = encoderThreads > 1 }

    mutating func lap() -> Int64 {
        let time = Worker.lap(&thread)
        others += time
        return time
    }

    mutating func encoderLap() -> Int64 {
        let own = Worker.lap(&thread)
        guard countsProcess else { return own }
        let now = wh_cpu_nanoseconds(0)
        defer { (process, others) = (now, 0) }
        return max(own, now - process - others)
    }
}
