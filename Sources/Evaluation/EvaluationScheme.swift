/// What COCO's figures are computed at.
enum EvaluationScheme {
    /// Overlaps from which a detection counts as right: 0.5, 0.55 … 0.95. Summed up as the reference implementation does, so that
    /// an overlap that is just there falls on the same side.
    static let overlaps: [Double] = steps(from: 0.5, to: 0.95, count: 10)

    /// Shares of the objects at which precision is read: 0, 0.01 … 1.
    static let recalls: [Double] = steps(from: 0, to: 1, count: 101)

    /// How many detections of a category in an image count, strongest first.
    static let limits = [1, 10, 100]

    private static func steps(from first: Double, to last: Double, count: Int) -> [Double] {
        let step = (last - first) / Double(count - 1)
        return (0..<count - 1).map { Double($0) * step + first } + [last]
    }
}

/// Objects and detections of some sizes, square pixels. Those on an edge belong to both sides of it.
enum AreaRange: CaseIterable {
    case all, small, medium, large

    var bounds: ClosedRange<Double> {
        switch self {
        case .all: 0...1e10
        case .small: 0...1024
        case .medium: 1024...9216
        case .large: 9216...1e10
        }
    }
}
