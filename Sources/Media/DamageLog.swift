/// Damage met while one range was decoded.
final class DamageLog {
    private(set) var errors: [DecodeError] = []
    private let range: FrameRange
    private static let limit = 10_000

    init(range: FrameRange) { self.range = range }

    /// Notes damage in the range. What lies outside is met on the way to it and belongs to other ranges.
    func note(_ error: DecodeError) {
        guard errors.count < Self.limit, error.pts.map(range.contains) ?? true else { return }
        errors.append(error)
    }

    func clear() { errors = [] }
}
