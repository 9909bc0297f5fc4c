/// Damage met while one range was decoded.
final class DamageLog {
    private(set) var errors: [DecodeError] = []
    /// Whether damage was met that has a bearing on the frames of the range.
    private(set) var touchesRange = false
    private let range: FrameRange
    private let relevantTime: Int64
    private static let limit = 10_000

    /// `relevantTime`: start of the frames on which the range depends.
    init(range: FrameRange, relevantTime: Int64) {
        self.range = range
        self.relevantTime = relevantTime
    }

    /// Notes damage. What lies outside of the range is met on the way to it and is the business of other ranges.
    func note(_ error: DecodeError) {
        let time = error.pts ?? range.startPTS
        if error.pts == nil || (time >= relevantTime && (time < range.endPTS || range.endPTS == .max)) {
            touchesRange = true
        }
        guard errors.count < Self.limit, error.pts == nil || range.contains(time) else { return }
        errors.append(error)
    }

    func clear() {
        errors = []
        touchesRange = false
    }
}
