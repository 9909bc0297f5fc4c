import Tensors

extension RowTable {
    /// The table of a detector that puts out each feature map by itself, or scores and boxes by themselves; nil where the outputs
    /// are no such table.
    ///
    /// Rows are numbered map by map, anchor by anchor, cell by cell in raster order.
    ///
    /// - Parameters:
    ///   - outputs: for each feature map, or for all of them together, the outputs whose columns stand side by side in a row.
    ///   - anchors: predictions for each cell; channels that are not parted into anchors yet are so.
    package init?(outputs: [[String]], anchors: Int, of graph: Graph, types: [String: TensorType]) {
        var tracer = RowTracer(graph, types: types)
        var parts: [TracedValue.Part] = []
        for names in outputs {
            var sides: [[TracedValue.Part]] = []
            for name in names {
                guard let value = tracer.trace(name), value.isRaster, let side = value.parted(into: anchors) else {
                    return nil
                }
                sides.append(side)
            }
            guard let joined = Self.sideBySide(sides) else { return nil }
            parts += joined
        }
        guard let columns = parts.first?.columns, parts.allSatisfy({ $0.columns == columns }) else { return nil }
        var firstRow = 0
        levels = parts.map { part in
            defer { firstRow += anchors * part.height * part.width }
            return Level(
                firstRow: firstRow, anchors: anchors, height: part.height, width: part.width,
                anchorStride: part.height * part.width, cellStride: 1, segments: part.segments)
        }
        self.columns = columns
    }

    /// Feature maps with the columns of all `sides`; nil where their cells differ.
    private static func sideBySide(_ sides: [[TracedValue.Part]]) -> [TracedValue.Part]? {
        guard let first = sides.first, sides.allSatisfy({ $0.count == first.count }) else { return nil }
        var result = first
        for side in sides.dropFirst() {
            for (index, part) in side.enumerated() {
                guard part.height == result[index].height, part.width == result[index].width else { return nil }
                result[index].columns += part.columns
                result[index].segments += part.segments
            }
        }
        return result
    }
}

extension TracedValue {
    /// Whether cells follow each other row by row.
    fileprivate var isRaster: Bool {
        parts.allSatisfy { part in
            let cells = dimensions.joined().filter { ($0 == .y || $0 == .x) && part.extent($0) > 1 }
            return cells == [.y, .x].filter { part.extent($0) > 1 }
        }
    }

    /// The parts with `count` anchors each; nil where they have other numbers of them.
    fileprivate func parted(into count: Int) -> [Part]? {
        var result: [Part] = []
        for part in parts {
            var whole = TracedValue(part)
            guard part.anchors == count || (part.anchors == 1 && whole.splitAnchors(count)) else { return nil }
            result.append(whole.parts[0])
        }
        return result
    }
}
