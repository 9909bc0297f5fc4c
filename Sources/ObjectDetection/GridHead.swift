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
        var row = Array(repeating: Float(0), count: columns)
        for (index, level) in levels.enumerated() {
            let places = try places(of: index, in: outputs)
            for anchor in 0..<reader.anchors {
                for cell in 0..<level.cellCount {
                    let passes = gate.columns.contains { column in
                        let place = places[column]
                        return values[place.output][place.position(anchor, cell)] >= gate.floor
                    }
                    guard passes else { continue }
                    for (column, place) in places.enumerated() {
                        row[column] = values[place.output][place.position(anchor, cell)]
                    }
                    reader.read(row.span, of: self.cell(cell, anchor, index), thresholds, into: &found)
                }
            }
        }
        return found
    }

    func candidates(inRows indices: [Int], values: [Float], thresholds: DetectionThresholds) -> [Detection] {
        var found: [Detection] = []
        let values = values.span
        var (level, firstRow) = (0, 0)
        for (position, row) in indices.enumerated() {
            while level < levels.count - 1, row - firstRow >= reader.anchors * levels[level].cellCount {
                firstRow += reader.anchors * levels[level].cellCount
                level += 1
            }
            let (anchor, cell) = (row - firstRow).quotientAndRemainder(dividingBy: levels[level].cellCount)
            reader.read(
                values.extracting(position * columns..<(position + 1) * columns), of: self.cell(cell, anchor, level),
                thresholds, into: &found)
        }
        return found
    }

    private func cell(_ cell: Int, _ anchor: Int, _ level: Int) -> GridCell {
        let (y, x) = cell.quotientAndRemainder(dividingBy: levels[level].columns)
        return GridCell(level: levels[level], levelIndex: level, anchor: anchor, x: x, y: y)
    }

    /// Where a column of a level's rows is.
    private struct Place {
        let output: Int
        let layout: GridLayout
        let column: Int

        func position(_ anchor: Int, _ cell: Int) -> Int {
            layout.position(anchor: anchor, column: column, cell: cell)
        }
    }

    /// The places of all columns of a level.
    private func places(of level: Int, in outputs: [Tensor]) throws(DetectionError) -> [Place] {
        let isJoined = outputs.count == reader.parts.count && levels.count > 1
        var places: [Place] = []
        for (part, count) in reader.parts.enumerated() {
            let output = isJoined ? part : part * levels.count + level
            let shape = outputs[output].shape
            let layout =
                isJoined
                ? joined(shape.dimensions, columns: count, before: level)
                : GridLayout(shape.dimensions, anchors: reader.anchors, columns: count, level: levels[level])
            guard let layout else {
                let cells = isJoined ? "all cells" : "\(levels[level].rows)·\(levels[level].columns) cells"
                throw .unexpectedOutput(
                    outputNames[output],
                    "shape \(shape) is not \(reader.anchors)·\(count) numbers for \(cells); check labels, strides and bins")
            }
            places += (0..<count).map { Place(output: output, layout: layout, column: $0) }
        }
        return places
    }

    private func joined(_ dimensions: [Int], columns: Int, before level: Int) -> GridLayout? {
        guard reader.anchors == 1 else { return nil }
        return GridLayout(
            dimensions, rows: levels.reduce(0) { $0 + $1.cellCount }, columns: columns,
            firstRow: levels.prefix(level).reduce(0) { $0 + $1.cellCount })
    }
}
