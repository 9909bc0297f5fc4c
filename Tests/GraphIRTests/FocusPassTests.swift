import GraphIR
import Tensors
import Testing

@Suite struct FocusPassTests {
    enum Spelling: CaseIterable { case bothAxes, rowsThenColumns, columnsThenRows, sharedRows, negative }

    private func slice(
        _ sketch: inout GraphSketch, _ x: String, from starts: [Int64], axes: [Int64], step: Int64 = 2
    ) -> String {
        let ends = starts.map { _ in Int64.max }
        return sketch.node(
            .slice, x, sketch.constant(starts), sketch.constant(ends), sketch.constant(axes),
            sketch.constant(starts.map { _ in step }))
    }

    private func parts(_ sketch: inout GraphSketch, _ x: String, _ spelling: Spelling, offsets: [[Int64]]) -> [String] {
        var shared: [Int64: String] = [:]
        return offsets.map { offset in
            switch spelling {
            case .bothAxes: return slice(&sketch, x, from: offset, axes: [2, 3])
            case .negative: return slice(&sketch, x, from: [offset[0] - 8, offset[1] - 6], axes: [-2, -1])
            case .rowsThenColumns:
                return slice(&sketch, slice(&sketch, x, from: [offset[0]], axes: [2]), from: [offset[1]], axes: [3])
            case .columnsThenRows:
                return slice(&sketch, slice(&sketch, x, from: [offset[1]], axes: [3]), from: [offset[0]], axes: [2])
            case .sharedRows:
                let rows = shared[offset[0]] ?? slice(&sketch, x, from: [offset[0]], axes: [2])
                shared[offset[0]] = rows
                return slice(&sketch, rows, from: [offset[1]], axes: [3])
            }
        }
    }

    @Test(arguments: Spelling.allCases) func becomesOneConvolution(spelling: Spelling) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 8, 6])
        let joined = sketch.node(
            .concat(axis: 1), parts(&sketch, x, spelling, offsets: [[0, 0], [1, 0], [0, 1], [1, 1]]), results: 1)[0]
        let y = sketch.convolution(joined, [5, 12, 3, 3], padding: [1, 1, 1, 1])
        let result = try optimised(sketch.returning(y), by: [FocusToConvolution()])
        let convolution = try result.onlyConvolution()
        #expect(result.nodes.count == 1)
        #expect(convolution.kernel == [6, 6] && convolution.strides == [2, 2] && convolution.padding == [2, 2, 2, 2])
    }

    @Test func takesAnyOrderAndShape() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 2, 8, 6])
        let joined = sketch.node(
            .concat(axis: 1), parts(&sketch, x, .bothAxes, offsets: [[1, 1], [0, 1], [0, 0], [1, 0]]), results: 1)[0]
        let y = sketch.convolution(joined, [4, 8, 1, 3], bias: false, strides: [2, 1], padding: [1, 0, 0, 2])
        let convolution = try optimised(sketch.returning(y), by: [FocusToConvolution()]).onlyConvolution()
        #expect(convolution.kernel == [2, 6] && convolution.strides == [4, 2] && convolution.padding == [2, 0, 0, 4])
    }

    @Test func foldsRowsOnlyAsWell() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 2, 9, 5])
        let thirds = (0..<3).map { slice(&sketch, x, from: [Int64($0)], axes: [2], step: 3) }
        let y = sketch.convolution(sketch.node(.concat(axis: 1), thirds, results: 1)[0], [4, 6, 1, 1])
        let convolution = try optimised(sketch.returning(y), by: [FocusToConvolution()]).onlyConvolution()
        #expect(convolution.kernel == [3, 1] && convolution.strides == [3, 1])
    }

    /// Odd extents, a missing or doubled offset, another source: the slices stay.
    @Test func keepsOtherSlices() throws {
        let offsets: [[[Int64]]] = [
            [[0, 0], [1, 0], [0, 1], [0, 1]], [[0, 0], [1, 0], [0, 1]], [[0, 0], [1, 0], [0, 1], [2, 1]],
        ]
        for list in offsets {
            var sketch = GraphSketch()
            let x = sketch.input("x", [1, 3, 8, 6])
            let ends = sketch.constant([6, 6])
            let steps = sketch.constant([2, 2])
            let axes = sketch.constant([2, 3])
            let parts = list.map { offset in
                sketch.node(
                    .slice, x, sketch.constant(offset), offset[0] == 2 ? sketch.constant([8, 6]) : ends, axes, steps)
            }
            let y = sketch.convolution(
                sketch.node(.concat(axis: 1), parts, results: 1)[0], [5, 3 * list.count, 3, 3])
            #expect(try optimised(sketch.returning(y), by: [FocusToConvolution()]).nodes.count == list.count + 2)
        }
    }
}
