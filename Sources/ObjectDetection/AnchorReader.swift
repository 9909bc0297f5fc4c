import Imaging

/// Reads the raw numbers of YOLOv3, v4, v5 and v7 heads: x, y, width, height, objectness, classes for each of some anchors of a cell.
///
/// The score is objectness times the best class score; of equal classes the lower index counts.
struct AnchorReader: PredictionReader {
    let anchors: Int
    let parts: [Int]
    /// Whether widths and heights are exponents (YOLOv3, v4) rather than squares of sigmoids.
    private let isExponential: Bool
    private let needsSigmoid: Bool
    /// Width and height of each anchor of each level, input pixels.
    private let sizes: [[Float]]
    /// Reach of x and y beyond the cell, for each level: 1 none, 2 half a cell on each side.
    private let reach: [Float]

    init(_ description: ModelDescription) {
        sizes = description.anchorSizes
        anchors = (sizes.first?.count ?? 0) / 2
        parts = [5 + description.labels.count]
        isExponential = description.head == .yolov3
        needsSigmoid = description.scoreActivation == .sigmoid
        reach = isExponential ? description.xyScales : Array(repeating: 2, count: sizes.count)
    }

    func gate(scoreFloor: Float) -> RowGate {
        RowGate(columns: 4..<5, floor: needsSigmoid ? logitBelow(scoreFloor) : scoreFloor)
    }

    func read(_ row: Span<Float>, of cell: GridCell, _ thresholds: DetectionThresholds, into found: inout [Detection]) {
        let objectness = finished(row[4])
        guard objectness >= thresholds.scoreFloor else { return }
        var best = 5
        for column in 5..<row.count where row[column] > row[best] { best = column }
        let score = objectness * finished(row[best])
        guard score >= thresholds.scoreFloor, thresholds.wants(best - 5) else { return }
        found.append(Detection(classIndex: best - 5, score: score, box: box(row, cell)))
    }

    private func finished(_ value: Float) -> Float { needsSigmoid ? sigmoid(value) : value }

    private func box(_ row: Span<Float>, _ cell: GridCell) -> BoundingBox {
        let stride = Float(cell.level.stride)
        let reach = reach[cell.levelIndex]
        func centre(_ value: Float, _ cell: Int) -> Float {
            (finished(value) * reach - (reach - 1) / 2 + Float(cell)) * stride
        }
        func extent(_ value: Float, _ size: Float) -> Float {
            if isExponential { return exponential(value) * size }
            let root = 2 * finished(value)
            return root * root * size
        }
        let sizes = sizes[cell.levelIndex]
        return BoundingBox(
            centred: SIMD4(
                centre(row[0], cell.x), centre(row[1], cell.y), extent(row[2], sizes[2 * cell.anchor]),
                extent(row[3], sizes[2 * cell.anchor + 1])))
    }
}
