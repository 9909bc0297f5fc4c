/// Frames a second over the last seconds.
struct RateMeter: Sendable {
    /// Long enough to even out batches, short enough to follow a change.
    private static let window = 20.0

    private var samples: [(time: Double, frames: Int)] = []

    /// Adds the number of frames finished at `time` (seconds, ascending).
    mutating func add(frames: Int, at time: Double) {
        samples.append((time, frames))
        // One sample older than the window stays: the rate is over at least the whole window.
        while samples.count > 2, samples[1].time < time - Self.window { samples.removeFirst() }
    }

    /// Nil until frames have been finished over a measurable time.
    var framesPerSecond: Double? {
        guard let first = samples.first, let last = samples.last, last.time - first.time >= 0.5,
            last.frames > first.frames
        else { return nil }
        return Double(last.frames - first.frames) / (last.time - first.time)
    }
}
