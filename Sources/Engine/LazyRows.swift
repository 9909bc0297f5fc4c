import GraphIR
import Kernels

/// Prediction rows of one run, those whose gate reaches the floor, in the order of the full output.
package struct PredictionRows: Sendable, Hashable {
    /// Floats of each row.
    package let columns: Int
    /// Each row's place in the full output.
    package fileprivate(set) var indices: [Int] = []
    /// Row after row.
    package fileprivate(set) var values: [Float] = []

    /// No rows yet.
    package init(columns: Int) { self.columns = columns }
}

/// Where the parts of a lazy head's rows lie in the arena.
struct LazyRows: Sendable {
    /// A run of channels of one feature map.
    struct Part: Sendable {
        let view: BlockedView
        let segment: RowTable.Segment
    }

    /// The rows of one feature map.
    struct Level: Sendable {
        let rows: RowTable.Level
        let gate: BlockedView
        let firstGate: Int
        let gateStride: Int
        /// Neighbouring channels that are gates of one row.
        let gateColumns: Int
        let parts: [Part]
    }

    let columns: Int
    let floor: Float
    let levels: [Level]

    /// Nil where the model has no lazy head.
    init?(_ lowering: GraphLowering, _ plan: MemoryPlan) throws(EngineError) {
        guard let (head, floor) = lowering.lazyHead else { return nil }
        func view(_ name: String) throws(EngineError) -> BlockedView {
            guard let cells = lowering.cells(name) else {
                throw EngineError(.invalidGraph, name, "part of the prediction rows is never computed")
            }
            return cells.view(plan)
        }
        self.floor = floor
        columns = head.table.columns
        levels = try zip(head.table.levels, head.gates).map { rows, gate throws(EngineError) in
            Level(
                rows: rows, gate: try view(gate.source), firstGate: gate.firstChannel, gateStride: gate.anchorStride,
                gateColumns: gate.columns,
                parts: try rows.segments.map { segment throws(EngineError) in
                    Part(view: try view(segment.source), segment: segment)
                })
        }
    }

    /// The rows of the run that `arena` holds.
    func read(_ arena: AlignedBuffer) -> PredictionRows {
        var result = PredictionRows(columns: columns)
        for level in levels {
            let found = level.predictions(in: arena, floor: floor)
            var position = result.values.count
            result.values.append(contentsOf: repeatElement(0, count: found.count * columns))
            result.indices.append(contentsOf: found.map(\.row))
            for prediction in found {
                for part in level.parts {
                    part.copy(arena, prediction, to: &result.values, at: position)
                    position += part.segment.count
                }
            }
        }
        return result
    }

    /// A row, and where it comes from.
    struct Prediction {
        let row: Int
        let anchor: Int
        let cell: Int
    }
}

extension LazyRows.Level {
    /// The predictions whose gate reaches `floor`, in row order.
    fileprivate func predictions(in arena: AlignedBuffer, floor: Float) -> [LazyRows.Prediction] {
        var found: [LazyRows.Prediction] = []
        for anchor in 0..<rows.anchors {
            let first = firstGate + anchor * gateStride
            for cell in arena.pixels(of: gate, reaching: floor, channels: first..<first + gateColumns) {
                found.append(LazyRows.Prediction(row: rows.row(anchor: anchor, cell: cell), anchor: anchor, cell: cell))
            }
        }
        return rows.anchorStride >= rows.cells ? found : found.sorted { $0.row < $1.row }
    }
}

extension LazyRows.Part {
    /// Writes this part of a row from `position` on.
    fileprivate func copy(
        _ arena: AlignedBuffer, _ prediction: LazyRows.Prediction, to values: inout [Float], at position: Int
    ) {
        let first = segment.firstChannel + prediction.anchor * segment.anchorStride
        var span = values.mutableSpan
        arena.copyChannels(first..<first + segment.count, of: view, pixel: prediction.cell, to: &span, at: position)
        guard !segment.functions.isEmpty else { return }
        let (y, x) = prediction.cell.quotientAndRemainder(dividingBy: view.width)
        for column in 0..<segment.count {
            for function in segment.functions {
                span[position + column] = function(
                    span[position + column], anchor: prediction.anchor, column: column, y: y, x: x)
            }
        }
    }
}
