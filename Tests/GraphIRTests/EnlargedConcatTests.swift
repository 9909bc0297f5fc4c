import GraphIR
import Tensors
import TestSupport
import Testing

/// Sums are taken in another order, so results differ in the last bits: 1e-5 of the largest value is allowed.
@Suite struct EnlargedConcatTests {
    private let nearest = ResizeAttributes(mode: .nearest, coordinates: .asymmetric, rounding: .floor)

    private func enlarge(
        _ sketch: inout GraphSketch, _ x: String, _ scales: [Float] = [1, 1, 2, 2],
        _ attributes: ResizeAttributes? = nil
    ) -> String {
        sketch.node(.resize(attributes ?? nearest), x, "", sketch.constant(floatTensor(scales, [4])))
    }

    private func pushed(_ graph: Graph) throws -> Graph { try optimised(graph, by: [PushPointwiseThroughConcat()]) }

    @Test(arguments: [true, false], [0, 1]) func movesBeforeTheEnlargement(bias: Bool, place: Int) throws {
        var sketch = GraphSketch()
        let a = sketch.input("a", [1, 12, 3, 2])
        let b = sketch.input("b", [1, 5, 6, 4])
        var parts = [b]
        parts.insert(enlarge(&sketch, a), at: place)
        let joined = sketch.node(.concat(axis: 1), parts, results: 1)[0]
        let y = sketch.node(.activation(.silu), sketch.convolution(joined, [12, 17, 1, 1], bias: bias))
        let result = try optimised(sketch.returning(y), by: [FuseActivation(), PushPointwiseThroughConcat()])
        let (early, late) = (try #require(result.nodes.first), try #require(result.nodes.last))
        #expect(result.nodes.count == 3 && early.inputs[0] == a && late.inputs[0] == b)
        #expect(result.convolutions[0].activation == nil)
        #expect(result.convolutions[1].activation == .silu && result.convolutions[1].residual == .beforeActivation)
    }

    /// Any map by which pixels are repeated or weighted does: other factors, sizes instead of scales, linear.
    @Test func movesBeforeOtherEnlargements() throws {
        var sketch = GraphSketch()
        let a = sketch.input("a", [1, 12, 2, 3])
        let b = sketch.input("b", [1, 4, 6, 6])
        let linear = ResizeAttributes(mode: .linear, coordinates: .halfPixel)
        let sizes = sketch.constant([1, 12, 6, 6])
        for enlarged in [
            enlarge(&sketch, a, [1, 1, 3, 2]), enlarge(&sketch, a, [1, 1, 3, 2], linear),
            sketch.node(.resize(nearest), a, "", "", sizes),
            sketch.node(.resize(nearest), a, "", sketch.constant(floatTensor([], [0])), sizes),
        ] {
            var each = sketch
            let y = each.convolution(each.node(.concat(axis: 1), enlarged, b), [9, 16, 1, 1])
            #expect(try pushed(each.returning(y)).convolutions.count == 2)
        }
    }

    @Test func keepsOtherOperandsJoined() throws {
        var sketch = GraphSketch()
        let a = sketch.input("a", [1, 12, 3, 2])
        let b = sketch.input("b", [1, 5, 6, 4])
        let c = sketch.input("c", [1, 3, 6, 4])
        let small = enlarge(&sketch, sketch.input("d", [1, 2, 3, 2]))
        let joined = sketch.node(.concat(axis: 1), [b, enlarge(&sketch, a), small, c], results: 1)[0]
        let (y, z) = (sketch.convolution(joined, [12, 22, 1, 1]), sketch.convolution(joined, [8, 22, 1, 1]))
        let result = try pushed(sketch.returning(y, z))
        #expect(result.operations.filter { $0 == .concat(axis: 1) }.count == 1)
        #expect(result.convolutions.count == 4)
    }

    /// The parts at low resolution are siblings again where the convolutions are not.
    @Test func mergesWithSiblings() throws {
        var sketch = GraphSketch()
        let a = sketch.input("a", [1, 24, 3, 2])
        let joined = sketch.node(.concat(axis: 1), enlarge(&sketch, a), sketch.input("b", [1, 5, 6, 4]))
        let (y, z) = (sketch.convolution(joined, [16, 29, 1, 1]), sketch.convolution(joined, [16, 29, 1, 1]))
        let passes: [any GraphPass] = [MergeSiblingConvolutions(), PushPointwiseThroughConcat()]
        let result = try optimised(sketch.returning(y, z), by: passes)
        #expect(result.convolutions.count == 2)
    }

    /// A concatenation that will be taken apart is not widened, and its operands are siblings afterwards.
    @Test func comesBeforeSiblingsInTheConcatenation() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 8, 6, 4])
        let (other, lateral) = (sketch.convolution(x, [16, 8, 1, 1]), sketch.convolution(x, [16, 8, 1, 1]))
        let enlarged = enlarge(&sketch, sketch.input("a", [1, 48, 3, 2]))
        let y = sketch.convolution(sketch.node(.concat(axis: 1), enlarged, lateral), [16, 64, 1, 1])
        let passes: [any GraphPass] = [
            MergeSiblingConvolutions(), PushPointwiseThroughConcat(), RemoveDeadCode(), MergeSiblingConvolutions(),
        ]
        let result = try optimised(sketch.returning(y, other), by: passes)
        #expect(result.convolutions.count == 3 && !result.operations.contains(.concat(axis: 1)))
    }

    /// What reads the concatenation or the enlarged map besides keeps them, and the convolutions move if that still pays.
    @Test func movesBesideOtherUsers() throws {
        var sketch = GraphSketch()
        let a = sketch.input("a", [1, 96, 2, 2])
        let joined = sketch.node(.concat(axis: 1), enlarge(&sketch, a), sketch.input("b", [1, 3, 4, 4]))
        let y = sketch.convolution(joined, [8, 99, 1, 1])
        let result = try pushed(sketch.returning(y, joined))
        #expect(result.convolutions.count == 2)
        #expect(result.operations.contains(.concat(axis: 1)))
    }

    /// Few channels and many results; spatial, strided and grouped convolutions; an addend in place already; a map that
    /// shrinks; cubic interpolation; joined along another axis.
    @Test func keepsWhatDoesNotPay() throws {
        var sketch = GraphSketch()
        let a = sketch.input("a", [1, 12, 4, 4])
        let b = sketch.input("b", [1, 12, 8, 8])
        func join(_ enlarged: String, _ other: String = b) -> String { sketch.node(.concat(axis: 1), enlarged, other) }
        let joined = join(enlarge(&sketch, a))
        let narrow = join(enlarge(&sketch, sketch.input("d", [1, 2, 4, 4])))
        let cubic = enlarge(&sketch, a, [1, 1, 2, 2], ResizeAttributes(mode: .cubic))
        let shrunk = join(enlarge(&sketch, b, [1, 1, 0.5, 0.5]), a)
        let outputs = [
            sketch.convolution(narrow, [64, 14, 1, 1]),
            sketch.convolution(joined, [12, 24, 3, 3], padding: [1, 1, 1, 1]),
            sketch.convolution(joined, [12, 24, 1, 1], strides: [2, 2]),
            sketch.convolution(joined, [12, 12, 1, 1], group: 2),
            sketch.node(.binary(.add), sketch.convolution(joined, [12, 24, 1, 1]), b),
            sketch.convolution(join(cubic), [12, 24, 1, 1]),
            sketch.convolution(shrunk, [12, 24, 1, 1]),
        ]
        let graph = sketch.returning(outputs)
        let result = try optimised(graph, by: [FuseResidual(), PushPointwiseThroughConcat()])
        #expect(result.convolutions.count == outputs.count)
    }

    @Test(arguments: 0..<20) func keepsRandomGraphs(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        func extent(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var sketch = GraphSketch()
        let (rows, columns, scale) = (extent(1...4), extent(1...4), extent(2...3))
        let channels = (0..<3).map { _ in extent(1...24) }
        let parts = channels.enumerated().map { number, count in
            extent(0...1) == 0
                ? sketch.input("x\(number)", [1, count, rows * scale, columns * scale])
                : enlarge(
                    &sketch, sketch.input("x\(number)", [1, count, rows, columns]), [1, 1, Float(scale), Float(scale)])
        }
        let joined = sketch.node(.concat(axis: 1), parts, results: 1)[0]
        let total = channels.reduce(0, +)
        let outputs = (0..<extent(1...3)).map { _ in sketch.convolution(joined, [extent(1...24), total, 1, 1]) }
        _ = try pushed(sketch.returning(outputs))
    }
}
