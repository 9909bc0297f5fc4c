import Glibc

extension RowTable {
    /// The table behind the output `name` of `graph`, whose value types are `types`; nil where the output is no such table.
    package init?(output name: String, of graph: Graph, types: [String: TensorType]) {
        var tracer = RowTracer(graph, types: types)
        guard let value = tracer.trace(name), value.dimensions.count == 3, value.dimensions[0].isEmpty,
            value.dimensions[2] == [.column], let columns = value.parts.first?.columns
        else { return nil }
        var levels: [Level] = []
        var firstRow = 0
        for part in value.parts {
            guard part.columns == columns, let strides = Self.rowStrides(value.dimensions[1], part) else { return nil }
            levels.append(
                Level(
                    firstRow: firstRow, anchors: part.anchors, height: part.height, width: part.width,
                    anchorStride: strides.anchor, cellStride: strides.cell, segments: part.segments))
            firstRow += part.anchors * part.height * part.width
        }
        self.levels = levels
        self.columns = columns
    }

    /// Rows between anchors and between cells, where cells follow each other in raster order.
    private static func rowStrides(
        _ rows: [TracedValue.Axis], _ part: TracedValue.Part
    ) -> (anchor: Int, cell: Int)? {
        let rows = rows.filter { part.extent($0) > 1 }
        func isOrder(_ axes: [TracedValue.Axis]) -> Bool { rows == axes.filter { part.extent($0) > 1 } }
        if isOrder([.anchor, .y, .x]) { return (part.height * part.width, 1) }
        if isOrder([.y, .x, .anchor]) { return (1, part.anchors) }
        return nil
    }
}

extension BinaryFunction {
    /// The function of two floats; comparisons and functions of integers have none.
    func callAsFunction(_ a: Float, _ b: Float) -> Float {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: powf(a, b)
        case .minimum: b < a ? b : a
        case .maximum: b > a ? b : a
        case .equal, .greater, .less, .modulo: .nan
        }
    }
}
