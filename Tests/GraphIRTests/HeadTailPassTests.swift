import GraphIR
import Tensors
import Testing

/// What stands behind a detector's last convolutions. Nothing is computed in another order: results are compared exactly.
@Suite struct HeadTailPassTests {
    private func tail(_ sketch: inout GraphSketch, _ x: String) -> (apart: String, moved: String) {
        let apart = sketch.node(.reshape(allowZero: false), x, sketch.constant([1, 2, 5, 3, 4]))
        return (apart, sketch.node(.transpose(permutation: [0, 1, 3, 4, 2]), apart))
    }

    @Test func hoistsActivations() throws {
        var sketch = GraphSketch()
        let x = sketch.convolution(sketch.input("x", [1, 6, 3, 4]), [10, 6, 1, 1])
        let activated = sketch.node(.activation(.sigmoid), tail(&sketch, x).moved)
        let y = sketch.node(.reshape(allowZero: false), activated, sketch.constant([1, 24, 5]))
        for graph in [sketch.returning(y), sketch.returning(activated)] {
            let result = try optimised(graph, by: [HoistActivation(), FuseActivation()], tolerance: 0)
            #expect(try result.onlyConvolution().activation == .sigmoid)
            #expect(!result.operations.contains(.activation(.sigmoid)))
        }
    }

    /// The convolution's or a rearranged result is read or returned besides; the convolution has an activation; there is no
    /// convolution.
    @Test(arguments: 0..<5) func keepsActivations(form: Int) throws {
        var sketch = GraphSketch()
        let input = sketch.input("x", [1, 10, 3, 4])
        var x = form == 4 ? input : sketch.convolution(input, [10, 10, 1, 1])
        if form == 3 { x = sketch.node(.activation(.relu), x) }
        let (apart, moved) = tail(&sketch, x)
        let y = sketch.node(.activation(.sigmoid), moved)
        let others = form < 3 ? [[x], [sketch.node(.unary(.exp), apart)], [moved]][form] : []
        let result = try optimised(
            sketch.returning([y] + others), by: [FuseActivation(), HoistActivation(), FuseActivation()], tolerance: 0)
        #expect(result.operations.contains(.activation(.sigmoid)))
    }

    @Test func squaresByMultiplication() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 9])
        let y = sketch.node(.binary(.power), x, sketch.scalar(2))
        let result = try optimised(sketch.returning(y), by: [SquareByMultiplication()], tolerance: 0)
        #expect(result.operations == [.binary(.multiply)])
    }

    /// Other exponents, exponents by element, and results of another shape.
    @Test func keepsOtherPowers() throws {
        var sketch = GraphSketch()
        let x = sketch.node(.activation(.sigmoid), sketch.input("x", [2, 3]))
        let outputs = [
            sketch.scalar(3), sketch.constant(floatTensor([2, 2, 2], [3])),
            sketch.constant(floatTensor([2], [1, 1, 1])),
        ].map { sketch.node(.binary(.power), x, $0) }
        let result = try optimised(sketch.returning(outputs), by: [SquareByMultiplication()], tolerance: 0)
        #expect(result.operations.filter { $0 == .binary(.power) }.count == 3)
    }
}
