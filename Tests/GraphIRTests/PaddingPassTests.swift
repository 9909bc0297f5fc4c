import GraphIR
import Tensors
import Testing

@Suite struct PaddingPassTests {
    private func padded(
        _ value: Float?, before layer: (inout GraphSketch, String) -> String, source: Operator = .identity,
        pads: [Int64] = [0, 0, 1, 0, 0, 0, 2, 1]
    ) throws -> Graph {
        var sketch = GraphSketch()
        let x = sketch.node(source, sketch.input("x", [1, 3, 6, 7]))
        let operands = [x, sketch.constant(pads)] + (value.map { [sketch.scalar($0)] } ?? [])
        let y = layer(&sketch, sketch.node(.pad(mode: .constant), operands, results: 1)[0])
        return try optimised(sketch.returning(y), by: [RemoveNoOperations(), FoldPadding()])
    }

    private let pool = PoolAttributes(kernel: [3, 3], strides: [2, 2])

    @Test func intoConvolution() throws {
        for value in [nil, Float(0)] {
            let result = try padded(value) { $0.convolution($1, [4, 3, 3, 3], padding: [0, 1, 0, 1]) }
            #expect(result.nodes.count == 1)
            #expect(try result.onlyConvolution().padding == [1, 1, 2, 2])
        }
        #expect(try padded(1) { $0.convolution($1, [4, 3, 3, 3]) }.nodes.count == 2)
        #expect(
            try padded(0, before: { $0.convolution($1, [4, 5, 3, 3]) }, pads: [0, 1, 0, 0, 0, 1, 0, 0]).nodes.count == 2
        )
        #expect(
            try padded(0, before: { $0.convolution($1, [4, 3, 3, 3]) }, pads: [0, 0, -1, 0, 0, 0, 1, 0]).nodes.count
                == 2)
    }

    @Test func intoAveragePool() throws {
        let result = try padded(0) { $0.node(.averagePool(pool, countIncludesPadding: false), $1) }
        let expected = PoolAttributes(kernel: [3, 3], strides: [2, 2], padding: [1, 0, 2, 1])
        #expect(result.operations == [.averagePool(expected, countIncludesPadding: true)])
        var own = pool
        own.padding = [1, 1, 1, 1]
        #expect(try padded(0) { $0.node(.averagePool(own, countIncludesPadding: true), $1) }.nodes.count == 1)
        #expect(try padded(0) { $0.node(.averagePool(own, countIncludesPadding: false), $1) }.nodes.count == 2)
        var ceil = pool
        ceil.ceilMode = true
        #expect(try padded(0) { $0.node(.averagePool(ceil, countIncludesPadding: true), $1) }.nodes.count == 2)
    }

    @Test func intoMaxPoolOnlyWhereItCannotWin() throws {
        #expect(try padded(-.infinity) { $0.node(.maxPool(pool), $1) }.nodes.count == 1)
        #expect(try padded(0) { $0.node(.maxPool(pool), $1) }.nodes.count == 2)
        #expect(try padded(0, before: { $0.node(.maxPool(pool), $1) }, source: .activation(.relu)).nodes.count == 2)
        let wide: [Int64] = [0, 0, 3, 0, 0, 0, 0, 0]
        #expect(try padded(-.infinity, before: { $0.node(.maxPool(pool), $1) }, pads: wide).nodes.count == 2)
    }
}
