import Imaging
import Testing

@testable import ObjectDetection

@Suite("Layouts of feature map outputs")
struct GridLayoutTests {
    /// Element numbers of every prediction, found by walking the axes of the output in order.
    private func expectLayout(
        _ dimensions: [Int], _ order: [String], anchors: Int, columns: Int, rows: Int, width: Int
    ) throws {
        let level = GridLevel(stride: 8, columns: width, rows: rows)
        let layout = try #require(
            GridLayout.layouts([dimensions], anchors: anchors, columns: columns, levels: [level])[0], "\(dimensions)")
        let extents = ["a": anchors, "k": columns, "c": rows * width]
        for anchor in 0..<anchors {
            for column in 0..<columns {
                for cell in 0..<rows * width {
                    let at = ["a": anchor, "k": column, "c": cell]
                    let expected = order.reduce(0) { $0 * (extents[$1] ?? 1) + (at[$1] ?? 0) }
                    #expect(layout.position(anchor: anchor, column: column, cell: cell) == expected)
                }
            }
        }
    }

    @Test(
        "anchors, columns and cells in every usual order, with and without a batch",
        arguments: [(5, 7), (1, 6), (4, 1)])
    func orders(rows: Int, width: Int) throws {
        let (columns, cells) = (11, rows * width)
        for batch in [[], [1]] {
            for anchors in [1, 3] {
                let forms: [([Int], [String])] = [
                    ([anchors, rows, width, columns], ["a", "c", "k"]), ([anchors, cells, columns], ["a", "c", "k"]),
                    ([anchors * cells, columns], ["a", "c", "k"]),
                    ([anchors * columns, rows, width], ["a", "k", "c"]),
                    ([anchors, columns, rows, width], ["a", "k", "c"]), ([anchors * columns, cells], ["a", "k", "c"]),
                    ([rows, width, anchors * columns], ["c", "a", "k"]), ([cells, anchors, columns], ["c", "a", "k"]),
                ]
                for (dimensions, order) in forms {
                    try expectLayout(
                        batch + dimensions, order, anchors: anchors, columns: columns, rows: rows, width: width)
                }
            }
        }
    }

    @Test("what fits one map either way lies as the other map does")
    func ambiguous() {
        let levels = [GridLevel(stride: 8, columns: 4, rows: 4), GridLevel(stride: 16, columns: 2, rows: 2)]
        for (shapes, stride) in [([[16, 16], [4, 16]], 16), ([[16, 16], [16, 4]], 1)] {
            let layouts = GridLayout.layouts(shapes, anchors: 1, columns: 16, levels: levels)
            #expect(layouts[0]?.cellStride == stride)
        }
    }

    @Test("other sizes have none")
    func misfits() {
        let level = GridLevel(stride: 8, columns: 7, rows: 5)
        for dimensions in [[1, 36, 11], [11, 5, 8], [35], [35, 12], [7, 5, 11], []] {
            #expect(GridLayout.layouts([dimensions], anchors: 1, columns: 11, levels: [level]) == [nil])
        }
    }

    @Test("tables of all feature maps, either way up")
    func tables() throws {
        let rows = try #require(GridLayout([1, 20, 6], rows: 20, columns: 6, firstRow: 16))
        #expect(rows.position(anchor: 0, column: 2, cell: 3) == 19 * 6 + 2)
        let turned = try #require(GridLayout([6, 20], rows: 20, columns: 6, firstRow: 16))
        #expect(turned.position(anchor: 0, column: 2, cell: 3) == 2 * 20 + 19)
        #expect(GridLayout([1, 21, 6], rows: 20, columns: 6, firstRow: 0) == nil)
    }
}
