package import GraphIR
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
                parts: try rows.segments.map { segment throws(EngineError) in
                    Part(view: try view(segment.source), segment: segment)
                })
        }
    }

    /// The rows of the run that `arena` holds.
    func read(_ arena: Span<Float>) -> PredictionRows {
        var result = PredictionRows(columns: columns)
        for level in levels {
            var found: [(index: Int, anchor: Int, cell: Int)] = []
            for anchor in 0..<level.rows.anchors {
                let first = level.gate.index(channel: level.firstGate + anchor * level.gateStride, pixel: 0)
                for cell in 0..<level.rows.cells where arena[first + cell * channelBlock] >= floor {
                    found.append((level.rows.row(anchor: anchor, cell: cell), anchor, cell))
                }
            }
            for row in found.sorted(by: { $0.index < $1.index }) {
                result.indices.append(row.index)
                for part in level.parts { part.append(arena, row.anchor, row.cell, to: &result.values) }
            }
        }
        return result
    }
}

extension LazyRows.Part {
    func append(_ arena: Span<Float>, _ anchor: Int, _ cell: Int, to values: inout [Float]) {
        let (y, x) = cell.quotientAndRemainder(dividingBy: view.width)
        let first = segment.firstChannel + anchor * segment.anchorStride
        for column in 0..<segment.count {
            var value = arena[view.index(channel: first + column, pixel: cell)]
            for function in segment.functions { value = function(value, anchor: anchor, column: column, y: y, x: x) }
            values.append(value)
        }
    }
}

extension BlockedView {
    /// Arena position of one element.
    fileprivate func index(channel: Int, pixel: Int) -> Int {
        offset + channel / channelBlock * blockStride + pixel * channelBlock + channel % channelBlock
    }
}
