import Imaging

/// Reads predictions whose four distances from the cell's centre to the box's sides (left, top, right, bottom) are distributions
/// over 0, 1, 2 … strides: NanoDet, PicoDet, YOLOv8 and v11 before decoding, and their kin.
///
/// The best class counts; of equal ones that with the lower index.
struct DistributionReader: PredictionReader {
    let anchors = 1
    let parts: [Int]
    private let scores: Range<Int>
    private let firstBin: Int
    private let bins: Int
    private let centre: Float
    private let activation: ScoreActivation

    init(_ description: ModelDescription) {
        let classes = description.labels.count
        bins = description.bins
        centre = description.cellCentre
        activation = description.scoreActivation
        let levels = description.strides.count
        // One output in all, or one a map, has scores and distances in it.
        let isMerged = description.outputNames.count == 1 || (description.outputNames.count == levels && levels != 2)
        let isBinsFirst = isMerged && description.head == .yolov8Raw
        firstBin = isBinsFirst ? 0 : classes
        scores = isBinsFirst ? 4 * bins..<4 * bins + classes : 0..<classes
        parts = isMerged ? [classes + 4 * bins] : [classes, 4 * bins]
    }

    func gate(scoreFloor: Float) -> RowGate {
        RowGate(columns: scores, floor: activation == .none ? scoreFloor : logitBelow(scoreFloor))
    }

    func read(_ row: Span<Float>, of cell: GridCell, _ thresholds: DetectionThresholds, into found: inout [Detection]) {
        var best = scores.lowerBound
        for column in scores where row[column] > row[best] { best = column }
        let (score, classIndex) = (activation == .none ? row[best] : sigmoid(row[best]), best - scores.lowerBound)
        guard score >= thresholds.scoreFloor, thresholds.wants(classIndex) else { return }
        found.append(Detection(classIndex: classIndex, score: score, box: box(row, cell)))
    }

    private func box(_ row: Span<Float>, _ cell: GridCell) -> BoundingBox {
        let stride = Float(cell.level.stride)
        let (x, y) = ((Float(cell.x) + centre) * stride, (Float(cell.y) + centre) * stride)
        let (left, top) = (distance(row, side: 0) * stride, distance(row, side: 1) * stride)
        let (right, bottom) = (distance(row, side: 2) * stride, distance(row, side: 3) * stride)
        return BoundingBox(minX: x - left, minY: y - top, maxX: x + right, maxY: y + bottom)
    }

    /// The expectation of a side's distribution, in strides.
    private func distance(_ row: Span<Float>, side: Int) -> Float {
        let first = firstBin + side * bins
        var largest = row[first]
        for bin in 1..<bins { largest = max(largest, row[first + bin]) }
        var (sum, weighted): (Float, Float) = (0, 0)
        for bin in 0..<bins {
            let weight = exponential(row[first + bin] - largest)
            sum += weight
            weighted += weight * Float(bin)
        }
        return weighted / sum
    }
}
