import CFFmpeg

/// Times and lengths of packets and frames, in ticks of a stream's time base.
enum StreamClock {
    /// Damage turns any number into a time. What lies beyond this, thirty-six years of nanoseconds, is taken for none: so sums and
    /// differences of a few times fit into an integer.
    static let latest: Int64 = 1 << 60

    /// The time in one of FFmpeg's fields; nil where there is none, or none that a clock would show.
    static func time(_ field: Int64) -> Int64? { (-latest...latest).contains(field) ? field : nil }

    /// The length in one of FFmpeg's fields; 0 where it is unknown or absurd.
    static func duration(_ field: Int64) -> Int64 { (0...latest).contains(field) ? field : 0 }

    /// Where something ends that starts at `time`, at least one tick later unless the clock is at its end.
    static func end(of time: Int64, duration: Int64) -> Int64 { clamped(time + max(1, duration)) }

    /// `time` in ticks of another time base, at most `latest`.
    static func rescaled(_ time: Int64, _ source: AVRational, _ target: AVRational) -> Int64 {
        let result = av_rescale_q(time, source, target)
        // This is how FFmpeg says that the result does not fit.
        guard result == .min else { return clamped(result) }
        return time < 0 ? -latest : latest
    }

    /// So many steps of so many ticks each.
    static func product(_ count: Int64, _ step: Int64) -> Int64 {
        let (result, isTooLarge) = count.multipliedReportingOverflow(by: step)
        return isTooLarge ? (count < 0) == (step < 0) ? latest : -latest : clamped(result)
    }

    /// The nearest time that a clock shows.
    static func clamped(_ time: Int64) -> Int64 { min(max(time, -latest), latest) }
}
