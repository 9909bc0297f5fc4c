/// Damage met while one range was decoded.
final class DamageLog {
    private(set) var errors: [DecodeError] = []
    /// Whether damage was met that has a bearing on the frames of the range.
    private(set) var touchesRange = false
    /// All damage from `relevantTime` on, that behind the range included: it may have a bearing on the next one.
    private var notes: [DecodeError] = []
    private let range: FrameRange
    private let relevantTime: Int64
    private static let limit = 10_000

    /// `relevantTime`: start of the frames on which the range depends.
    init(range: FrameRange, relevantTime: Int64) {
        self.range = range
        self.relevantTime = relevantTime
    }

    var isClean: Bool { notes.isEmpty }
    /// Whether nothing had to be left out.
    var isComplete: Bool { notes.count < Self.limit }

    /// Notes damage. What lies outside of the range is met on the way to it and is the business of other ranges.
    func note(_ error: DecodeError) {
        let time = error.pts ?? range.startPTS
        if error.pts == nil || time >= relevantTime {
            if isComplete { notes.append(error) }
            touchesRange = touchesRange || error.pts == nil || time < range.endPTS || range.endPTS == .max
        }
        guard errors.count < Self.limit, error.pts == nil || range.contains(time) else { return }
        errors.append(error)
    }

    /// Notes what the reader of an earlier range has met whose decoder goes on with this one.
    func noteAll(of earlier: DamageLog) {
        for error in earlier.notes { note(error) }
    }

    func clear() {
        errors = []
        notes = []
        touchesRange = false
    }
}
