import Imaging
import Tensors

/// Columns of a prediction row that bound its scores: what does not reach `floor` in any of them is no detection.
package struct RowGate: Sendable, Hashable {
    package let columns: Range<Int>
    package let floor: Float
}

/// A cell's place, and which of its predictions is meant.
struct GridCell {
    let level: GridLevel
    /// The level's place among all.
    let levelIndex: Int
    let anchor: Int
    let x: Int
    let y: Int
}

/// Understands the numbers of one prediction.
protocol PredictionReader: Sendable {
    /// Predictions for each cell.
    var anchors: Int { get }
    /// How many numbers of a row each kind of output holds; in the order of the row.
    var parts: [Int] { get }
    /// What a row needs to hold a detection that scores `scoreFloor`.
    func gate(scoreFloor: Float) -> RowGate
    /// Appends what `row` holds at or above the score floor, boxes in input pixels.
    func read(_ row: Span<Float>, of cell: GridCell, _ thresholds: DetectionThresholds, into found: inout [Detection])
}

/// Reads outputs of feature maps, with or without a batch dimension, columns in front or behind.
///
/// There is one output for each part of a row and each feature map (all maps of the first part, then those of the second), or
/// one for each part with the predictions of all maps behind each other. Rows are numbered map by map, anchor by anchor, cell
/// by cell in raster order.
struct GridHead<Reader: PredictionReader>: RowHead {
    private let reader: Reader
    private let levels: [GridLevel]
    private let outputNames: [String]
    private var columns: Int { reader.parts.reduce(0, +) }

    init(_ description: ModelDescription, _ reader: Reader) {
        self.reader = reader
        outputNames = description.outputNames
        levels = GridLevel.levels(of: description.inputSize, strides: description.strides)
    }

    func candidates(in outputs: [Tensor], thresholds: DetectionThresholds) throws(DetectionError) -> [Detection] {
        var values: [[Float]] = []
        for (tensor, name) in zip(outputs, outputNames) { values.append(try tensor.floatValues(output: name)) }
        let gate = reader.gate(scoreFloor: thresholds.scoreFloor)
        var found: [Detection] = []
        let parts = try parts(in: outputs)
        for level in levels.indices {
            let map = PredictionMap(
                parts: parts.map { $0[level] }, anchors: reader.anchors, cells: levels[level].cellCount)
            let rows = map.rows(where: gate, in: values)
            let numbers = map.numbers(of: rows, in: values)
            read(rows, numbers.span, level, thresholds, into: &found)
        }
        return found
    }

    func candidates(inRows indices: [Int], values: [Float], thresholds: DetectionThresholds) -> [Detection] {
        var found: [Detection] = []
        var (position, firstRow) = (0, 0)
        for (index, level) in levels.enumerated() {
            let count = reader.anchors * level.cellCount
            let end = indices[position...].firstIndex { $0 >= firstRow + count } ?? indices.count
            read(
                indices[position..<end].map { $0 - firstRow },
                values.span.extracting(position * columns..<end * columns), index, thresholds, into: &found)
            (position, firstRow) = (end, firstRow + count)
        }
        return found
    }

    /// Reads the given rows of a level, whose columns are `numbers`, one row after the other.
    private func read(
        _ rows: [Int], _ numbers: Span<Float>, _ level: Int, _ thresholds: DetectionThresholds,
        into found: inout [Detection]
    ) {
        for (position, row) in rows.enumerated() {
            let (anchor, cell) = row.quotientAndRemainder(dividingBy: levels[level].cellCount)
            reader.read(
                numbers.extracting(position * columns..<(position + 1) * columns),
                of: self.cell(cell, anchor, level), thresholds, into: &found)
        }
    }

    private func cell(_ cell: Int, _ anchor: Int, _ level: Int) -> GridCell {
        let (y, x) = cell.quotientAndRemainder(dividingBy: levels[level].columns)
        return GridCell(level: levels[level], levelIndex: level, anchor: anchor, x: x, y: y)
    }

    /// Where the columns of all rows are: for each part of a row, in each level.
    private func parts(in outputs: [Tensor]) throws(DetectionError) -> [[PredictionMap.Part]] {
        let isJoined = outputs.count == reader.parts.count && levels.count > 1
        var parts: [[PredictionMap.Part]] = []
        for (part, columns) in reader.parts.enumerated() {
            let numbers = levels.indices.map { isJoined ? part : part * levels.count + $0 }
            let shapes = numbers.map { outputs[$0].shape.dimensions }
            let layouts =
                isJoined
                ? levels.indices.map { joined(shapes[$0], columns: columns, before: $0) }
                : GridLayout.layouts(shapes, anchors: reader.anchors, columns: columns, levels: levels)
            var places: [PredictionMap.Part] = []
            for (level, layout) in layouts.enumerated() {
                guard let layout else {
                    throw misfit(outputs[numbers[level]], numbers[level], level, columns, isJoined)
                }
                places.append(PredictionMap.Part(output: numbers[level], layout: layout, columns: columns))
            }
            parts.append(places)
        }
        return parts
    }

    private func misfit(
        _ tensor: Tensor, _ output: Int, _ level: Int, _ columns: Int, _ isJoined: Bool
    ) -> DetectionError {
        let cells = isJoined ? "all cells" : "\(levels[level].rows)·\(levels[level].columns) cells"
        return .unexpectedOutput(
            outputNames[output],
            "shape \(tensor.shape) is not \(reader.anchors)·\(columns) numbers for \(cells); check labels, strides and bins"
        )
    }

    private func joined(_ dimensions: [Int], columns: Int, before level: Int) -> GridLayout? {
        guard reader.anchors == 1 else { return nil }
        return GridLayout(
            dimensions, rows: levels.reduce(0) { $0 + $1.cellCount }, columns: columns,
            firstRow: levels.prefix(level).reduce(0) { $0 + $1.cellCount })
    }
}
