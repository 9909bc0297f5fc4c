import CFFmpeg

/// Ends reading that leads nowhere: a demuxer that searches a damaged file for ever. FFmpeg asks before each access to the file.
final class ReadDeadline {
    /// Microseconds.
    struct Clock {
        /// When FFmpeg asked last, by its relative clock.
        var last: Int64
        /// Spent since the last packet.
        var spent: Int64 = 0

        /// Counts the time since the last question, but no more than a second of it: a process that was stopped was not reading.
        mutating func isOver(at now: Int64) -> Bool {
            spent += min(now - last, 1_000_000)
            last = now
            return spent > ReadDeadline.patience
        }
    }

    /// For one packet, or the header.
    private static let patience: Int64 = 120_000_000
    private let clock = UnsafeMutablePointer<Clock>.allocate(capacity: 1)

    init() { clock.initialize(to: Clock(last: av_gettime_relative())) }

    deinit { clock.deallocate() }

    /// Something came: the next may take its time.
    func restart() { clock.pointee = Clock(last: av_gettime_relative()) }

    /// For `AVFormatContext.interrupt_callback`; valid as long as this object.
    var callback: AVIOInterruptCB {
        AVIOInterruptCB(
            callback: { clock in
                guard let clock = clock?.assumingMemoryBound(to: Clock.self) else { return 0 }
                return clock.pointee.isOver(at: av_gettime_relative()) ? 1 : 0
            }, opaque: clock)
    }

    /// What to say where FFmpeg ended reading for this reason; nil for other ends.
    static func reason(_ status: Int32) -> String? {
        guard status == wh_averror_exit() else { return nil }
        return "\(patience / 1_000_000) seconds of reading gave nothing: a damaged file, or a source that is too slow"
    }
}
