import Imaging

/// Reads FastestDet: objectness, x, y from the cell by tanh, width and height as parts of the picture by sigmoid, classes.
///
/// The score is objectness to the power of 0.6 times the best class score to the power of 0.4.
struct FastestDetReader: PredictionReader {
    let anchors = 1
    let parts: [Int]
    private let size: ImageSize
    /// Whether objectness still needs its sigmoid and the classes their softmax.
    private let isRaw: Bool

    init(_ description: ModelDescription) {
        parts = [5 + description.labels.count]
        size = description.inputSize
        isRaw = description.scoreActivation != .none
    }

    func gate(scoreFloor: Float) -> RowGate {
        // A class score is at most 1. A little below, for the rounding of powers.
        let floor = 0.9999 * power(scoreFloor, 1 / 0.6)
        return RowGate(columns: 0..<1, floor: isRaw ? logitBelow(floor) : floor)
    }

    func read(_ row: Span<Float>, of cell: GridCell, _ thresholds: DetectionThresholds, into found: inout [Detection]) {
        var best = 5
        for column in 5..<row.count where row[column] > row[best] { best = column }
        let objectness = isRaw ? sigmoid(row[0]) : row[0]
        let classScore = isRaw ? softmaxShare(of: best, in: row.extracting(5..<row.count), first: 5) : row[best]
        let score = power(objectness, 0.6) * power(classScore, 0.4)
        guard score >= thresholds.scoreFloor, thresholds.wants(best - 5) else { return }
        let stride = Float(cell.level.stride)
        let (width, height) = (Float(size.width), Float(size.height))
        let box = SIMD4(
            (hyperbolicTangent(row[1]) + Float(cell.x)) * stride, (hyperbolicTangent(row[2]) + Float(cell.y)) * stride,
            sigmoid(row[3]) * width, sigmoid(row[4]) * height)
        found.append(Detection(classIndex: best - 5, score: score, box: BoundingBox(centred: box)))
    }
}

/// The share that `values[column - first]` has in a softmax of all.
func softmaxShare(of column: Int, in values: Span<Float>, first: Int) -> Float {
    let top = values[column - first]
    var sum: Float = 0
    for index in 0..<values.count { sum += exponential(values[index] - top) }
    return 1 / sum
}
