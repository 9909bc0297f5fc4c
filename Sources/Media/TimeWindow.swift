import CFFmpeg

/// A stretch of a source's clock, in microseconds; half open.
struct TimeWindow: Sendable, Hashable {
    var start: Int64
    var end: Int64

    static let everything = TimeWindow(start: .min, end: .max)

    /// Whether a piece of sound that starts at `time`, in ticks of `timeBase`, and lasts `duration` is heard inside. What has no time is.
    func contains(_ time: Int64?, duration: Int64, timeBase: AVRational) -> Bool {
        guard self != .everything, let time else { return true }
        let start = StreamClock.rescaled(time, timeBase, wh_time_base_q())
        let length = StreamClock.rescaled(max(0, duration), timeBase, wh_time_base_q())
        return start >= self.start - length / 2 && start < end
    }
}
