/// Where the numbers of one feature map's predictions lie in an output.
struct GridLayout: Sendable, Hashable {
    private(set) var offset = 0
    private var anchorStride = 0
    /// Elements from one column of a row to the next.
    private(set) var columnStride = 0
    /// Elements from one cell to the next.
    private(set) var cellStride = 0

    /// The order of the axes of an output; neighbouring ones may be one dimension.
    struct Arrangement {
        fileprivate enum Axis { case anchor, column, y, x }
        fileprivate let axes: [[Axis]]
        /// Whether a row's numbers lie next to each other.
        var hasColumnsLast: Bool { axes.last?.last == .column }

        /// What exporters write: pictures of columns, columns last, columns before cells, anchors behind cells.
        static let usual = [
            [[.anchor, .column], [.y], [.x]], [[.anchor], [.y], [.x], [.column]], [[.anchor], [.y, .x], [.column]],
            [[.anchor, .y, .x], [.column]], [[.anchor, .column], [.y, .x]],
            [[.anchor], [.column], [.y], [.x]], [[.anchor], [.column], [.y, .x]],
            [[.y], [.x], [.anchor, .column]], [[.y, .x], [.anchor, .column]],
            [[.y], [.x], [.anchor], [.column]], [[.y, .x], [.anchor], [.column]],
        ].map(Arrangement.init)

        private init(_ axes: [[Axis]]) { self.axes = axes }
    }

    /// The layout of an output with these `dimensions` whose predictions are `anchors` for each cell of `level`, of `columns`
    /// numbers; nil where it is not arranged so. Dimensions of 1, such as that of the batch, may stand anywhere.
    init?(
        _ dimensions: [Int], _ arrangement: Arrangement, anchors: Int, columns: Int, level: GridLevel
    ) {
        func extent(_ axis: Arrangement.Axis) -> Int {
            switch axis {
            case .anchor: anchors
            case .column: columns
            case .y: level.rows
            case .x: level.columns
            }
        }
        let extents = arrangement.axes.map { $0.reduce(1) { $0 * extent($1) } }
        guard extents.filter({ $0 != 1 }) == dimensions.filter({ $0 != 1 }) else { return nil }
        var (stride, cell) = (1, Int?.none)
        for axis in arrangement.axes.joined().reversed() {
            switch axis {
            case .anchor: anchorStride = stride
            case .column: columnStride = stride
            case .y, .x: cell = cell ?? stride
            }
            stride *= extent(axis)
        }
        cellStride = cell ?? 0
    }

    /// The layouts of outputs of several levels, arranged in the same way where there is one way that fits all; nil where an
    /// output fits none.
    static func layouts(
        _ outputs: [[Int]], anchors: Int, columns: Int, levels: [GridLevel]
    ) -> [GridLayout?] {
        func layout(_ index: Int, _ arrangement: Arrangement) -> GridLayout? {
            GridLayout(outputs[index], arrangement, anchors: anchors, columns: columns, level: levels[index])
        }
        for arrangement in Arrangement.usual {
            let same = outputs.indices.compactMap { layout($0, arrangement) }
            if same.count == outputs.count { return same }
        }
        return outputs.indices.map { index in
            Arrangement.usual.lazy.compactMap { layout(index, $0) }.first
        }
    }

    /// The layout of the rows from `firstRow` on of an output with these `dimensions` that holds `rows` predictions of several
    /// feature maps, one a cell; nil where it is no table of that size.
    init?(_ dimensions: [Int], rows: Int, columns: Int, firstRow: Int) {
        let wanted = dimensions.filter { $0 != 1 }
        if wanted == [rows, columns].filter({ $0 != 1 }) {
            (offset, columnStride, cellStride) = (firstRow * columns, 1, columns)
        } else if wanted == [columns, rows].filter({ $0 != 1 }) {
            (offset, columnStride, cellStride) = (firstRow, rows, 1)
        } else {
            return nil
        }
    }

    /// Where a number is among the output's elements.
    func position(anchor: Int, column: Int, cell: Int) -> Int {
        offset + anchor * anchorStride + column * columnStride + cell * cellStride
    }
}
