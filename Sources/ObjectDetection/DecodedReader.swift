import Imaging

/// Reads YOLOv8 and v11 decoded in the graph: centre, width and height in input pixels, class scores.
struct DecodedReader: PredictionReader {
    let anchors = 1
    let parts: [Int]

    init(_ description: ModelDescription) { parts = [4 + description.labels.count] }

    func gate(scoreFloor: Float) -> RowGate { RowGate(columns: 4..<parts[0], floor: scoreFloor) }

    func read(_ row: Span<Float>, of cell: GridCell, _ thresholds: DetectionThresholds, into found: inout [Detection]) {
        var best = 4
        for column in 4..<row.count where row[column] > row[best] { best = column }
        guard row[best] >= thresholds.scoreFloor, thresholds.wants(best - 4) else { return }
        found.append(
            Detection(classIndex: best - 4, score: row[best], box: BoundingBox(centred: row.vector(at: 0))))
    }
}
