import GraphIR
import Tensors
import Testing

/// Nothing is rounded otherwise: results are compared exactly.
@Suite struct SquarePassTests {
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
