/// The rows of one feature map, each in parts of several outputs.
struct PredictionMap {
    /// Neighbouring columns that lie in one output.
    struct Part {
        let output: Int
        let layout: GridLayout
        let columns: Int
    }

    let parts: [Part]
    let anchors: Int
    let cells: Int

    /// The rows, numbered anchor by anchor, of which a column of `gate` reaches its floor.
    func rows(where gate: RowGate, in values: [[Float]]) -> [Int] {
        var marks = Array(repeating: false, count: anchors * cells)
        var first = 0
        for part in parts {
            let columns = gate.columns.clamped(to: first..<first + part.columns)
            let own = columns.lowerBound - first..<columns.upperBound - first
            if !columns.isEmpty { mark(own, of: part, values[part.output], floor: gate.floor, &marks) }
            first += part.columns
        }
        return marks.indices.filter { marks[$0] }
    }

    /// Goes through the output in the order of its elements.
    private func mark(
        _ columns: Range<Int>, of part: Part, _ elements: [Float], floor: Float, _ marks: inout [Bool]
    ) {
        let values = elements.span
        let layout = part.layout
        for anchor in 0..<anchors {
            if layout.columnStride <= layout.cellStride {
                for cell in 0..<cells {
                    var position = layout.position(anchor: anchor, column: columns.lowerBound, cell: cell)
                    for _ in columns {
                        if values[position] >= floor { marks[anchor * cells + cell] = true }
                        position += layout.columnStride
                    }
                }
            } else {
                for column in columns {
                    var position = layout.position(anchor: anchor, column: column, cell: 0)
                    for cell in 0..<cells {
                        if values[position] >= floor { marks[anchor * cells + cell] = true }
                        position += layout.cellStride
                    }
                }
            }
        }
    }

    /// The columns of `rows`, one row after the other.
    func numbers(of rows: [Int], in values: [[Float]]) -> [Float] {
        let columns = parts.reduce(0) { $0 + $1.columns }
        var result = Array(repeating: Float(0), count: rows.count * columns)
        var first = 0
        for part in parts {
            let elements = values[part.output]
            let source = elements.span
            for (index, row) in rows.enumerated() {
                let (anchor, cell) = row.quotientAndRemainder(dividingBy: cells)
                var position = part.layout.position(anchor: anchor, column: 0, cell: cell)
                let target = index * columns + first
                for column in 0..<part.columns {
                    result[target + column] = source[position]
                    position += part.layout.columnStride
                }
            }
            first += part.columns
        }
        return result
    }
}
