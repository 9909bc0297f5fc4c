/// Where the numbers of one feature map's predictions lie in an output.
struct GridLayout: Sendable, Hashable {
    private(set) var offset = 0
    private var anchorStride = 0
    private var columnStride = 0
    private var cellStride = 0

    private enum Axis { case anchor, column, y, x }

    /// The arrangements that exporters write: columns last, columns before cells, anchors behind cells. Neighbouring axes may be
    /// one dimension.
    private static let arrangements: [[[Axis]]] = [
        [[.anchor], [.y], [.x], [.column]], [[.anchor], [.y, .x], [.column]], [[.anchor, .y, .x], [.column]],
        [[.anchor, .column], [.y], [.x]], [[.anchor, .column], [.y, .x]],
        [[.anchor], [.column], [.y], [.x]], [[.anchor], [.column], [.y, .x]],
        [[.y], [.x], [.anchor, .column]], [[.y, .x], [.anchor, .column]],
        [[.y], [.x], [.anchor], [.column]], [[.y, .x], [.anchor], [.column]],
    ]

    /// The layout of an output with these `dimensions` whose predictions are `anchors` for each cell of `level`, of `columns`
    /// numbers; nil where it is none of the usual ones. Dimensions of 1, such as that of the batch, may stand anywhere.
    init?(_ dimensions: [Int], anchors: Int, columns: Int, level: GridLevel) {
        func extent(_ axis: Axis) -> Int {
            switch axis {
            case .anchor: anchors
            case .column: columns
            case .y: level.rows
            case .x: level.columns
            }
        }
        let wanted = dimensions.filter { $0 != 1 }
        let fitting = Self.arrangements.first { arrangement in
            arrangement.map { $0.reduce(1) { $0 * extent($1) } }.filter { $0 != 1 } == wanted
        }
        guard let axes = fitting?.joined() else { return nil }
        var (stride, cell) = (1, Int?.none)
        for axis in axes.reversed() {
            switch axis {
            case .anchor: anchorStride = stride
            case .column: columnStride = stride
            case .y, .x: cell = cell ?? stride
            }
            stride *= extent(axis)
        }
        cellStride = cell ?? 0
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
