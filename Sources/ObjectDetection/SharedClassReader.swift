import Imaging

/// Reads Yolo-FastestV2: boxes of some anchors of a cell, their objectness, and class scores that the anchors share.
struct SharedClassReader: PredictionReader {
    /// One row for all anchors of a cell.
    let anchors = 1
    let parts: [Int]
    private let sizes: [[Float]]
    private let count: Int
    private let classes: Int
    /// Whether sigmoids and the softmax of the classes are still to come.
    private let isRaw: Bool

    init(_ description: ModelDescription) {
        sizes = description.anchorSizes
        count = (sizes.first?.count ?? 0) / 2
        classes = description.labels.count
        isRaw = description.scoreActivation != .none
        let isMerged = description.outputNames.count == description.strides.count
        parts = isMerged ? [5 * count + classes] : [4 * count, count, classes]
    }

    func gate(scoreFloor: Float) -> RowGate {
        RowGate(columns: 4 * count..<5 * count, floor: isRaw ? logitBelow(scoreFloor) : scoreFloor)
    }

    func read(_ row: Span<Float>, of cell: GridCell, _ thresholds: DetectionThresholds, into found: inout [Detection]) {
        let first = 5 * count
        var best = first
        for column in first..<row.count where row[column] > row[best] { best = column }
        guard thresholds.wants(best - first) else { return }
        let classScore =
            isRaw ? softmaxShare(of: best, in: row.extracting(first..<row.count), first: first) : row[best]
        for anchor in 0..<count {
            let score = finished(row[4 * count + anchor]) * classScore
            guard score >= thresholds.scoreFloor else { continue }
            let box = box(row.vector(at: 4 * anchor), anchor, cell)
            found.append(Detection(classIndex: best - first, score: score, box: box))
        }
    }

    private func finished(_ value: Float) -> Float { isRaw ? sigmoid(value) : value }

    private func box(_ numbers: SIMD4<Float>, _ anchor: Int, _ cell: GridCell) -> BoundingBox {
        let stride = Float(cell.level.stride)
        let size = SIMD2(sizes[cell.levelIndex][2 * anchor], sizes[cell.levelIndex][2 * anchor + 1])
        let root = 2 * SIMD2(finished(numbers.z), finished(numbers.w))
        let extent = root * root * size
        let x = (finished(numbers.x) * 2 - 0.5 + Float(cell.x)) * stride
        let y = (finished(numbers.y) * 2 - 0.5 + Float(cell.y)) * stride
        return BoundingBox(centred: SIMD4(x, y, extent.x, extent.y))
    }
}
