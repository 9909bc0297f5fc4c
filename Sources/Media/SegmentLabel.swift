/// What a segment file says about itself in its comment.
struct SegmentLabel: Equatable {
    /// PTS of the first frame in the source's ticks.
    var firstPTS: Int64 = 0
    /// Ticks for which the last frame is shown; 0 where unknown.
    var lastDuration: Int64 = 0
    var frameCount = 0

    init() {}

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 4, words[0] == "segment", let first = Int64(words[1]), let duration = Int64(words[2]),
            let count = Int(words[3]), StreamClock.time(first) != nil, StreamClock.duration(duration) == duration
        else { return nil }
        (firstPTS, lastDuration, frameCount) = (first, duration, count)
    }

    var text: String { "segment \(firstPTS) \(lastDuration) \(frameCount)" }
}
