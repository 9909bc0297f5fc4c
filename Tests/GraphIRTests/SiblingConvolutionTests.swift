import GraphIR
import Tensors
import TestSupport
import Testing

/// The rewrite keeps every sum as it was, so results are compared exactly.
@Suite struct SiblingConvolutionTests {
    private func merged(_ graph: Graph) throws -> Graph {
        try optimised(graph, by: [MergeSiblingConvolutions()], tolerance: 0)
    }

    @Test(arguments: [true, false]) func mergesConvolutionsOfOneValue(bias: Bool) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 5, 4])
        let a = sketch.convolution(x, [16, 3, 3, 3], bias: bias, strides: [2, 1], padding: [1, 0, 1, 1])
        let b = sketch.convolution(x, [32, 3, 3, 3], bias: true, strides: [2, 1], padding: [1, 0, 1, 1])
        let c = sketch.convolution(x, [16, 3, 3, 3], bias: bias, strides: [2, 1], padding: [1, 0, 1, 1])
        let result = try merged(sketch.returning(a, b, c))
        #expect(result.nodes.count == 2)
        #expect(try result.onlyConvolution().strides == [2, 1])
        #expect(result.operations.last == .split(axis: 1) && result.nodes.last?.outputs == [a, b, c])
    }

    /// Only the last part may end inside a block.
    @Test func putsTheBrokenPartLast() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 2, 2])
        let outputs = [5, 16, 7, 32].map { sketch.convolution(x, [$0, 3, 1, 1]) }
        let result = try merged(sketch.returning(outputs[0], outputs[1], outputs[2], outputs[3]))
        #expect(result.convolutions.count == 2)
        let split = try #require(result.nodes.first { $0.operation == .split(axis: 1) })
        #expect(split.outputs == [outputs[1], outputs[3], outputs[0]])
    }

    @Test func mergesFusedActivations() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 2, 2])
        let a = sketch.node(.activation(.silu), sketch.convolution(x, [16, 3, 1, 1]))
        let b = sketch.node(.activation(.silu), sketch.convolution(x, [4, 3, 1, 1]))
        let c = sketch.node(.activation(.relu), sketch.convolution(x, [16, 3, 1, 1]))
        let result = try optimised(
            sketch.returning(a, b, c), by: [FuseActivation(), MergeSiblingConvolutions()], tolerance: 0)
        #expect(result.convolutions.count == 2)
    }

    /// Two of them, without whole blocks; other kernels, inputs, groups; an addend.
    @Test func keepsOtherConvolutions() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 16, 4, 4])
        let y = sketch.input("y", [1, 16, 4, 4])
        let outputs = [
            sketch.convolution(x, [5, 16, 1, 1]), sketch.convolution(x, [7, 16, 1, 1]),
            sketch.convolution(x, [16, 16, 3, 3]), sketch.convolution(x, [16, 16, 3, 3], padding: [1, 1, 1, 1]),
            sketch.convolution(x, [16, 1, 2, 2], group: 16), sketch.convolution(x, [16, 1, 2, 2], group: 16),
            sketch.convolution(y, [16, 16, 1, 1]),
            sketch.node(.binary(.add), sketch.convolution(x, [16, 16, 1, 1]), y),
        ]
        let result = try optimised(
            sketch.returning(outputs), by: [FuseResidual(), MergeSiblingConvolutions()], tolerance: 0)
        #expect(result.convolutions.count == 8)
    }

    /// A C3 layer: one branch through more layers, the other straight into the concatenation's end.
    private func c3(_ sketch: inout GraphSketch, _ x: String, channels: Int, inputs: Int) -> String {
        let first = sketch.convolution(x, [channels, inputs, 1, 1])
        let second = sketch.convolution(x, [channels, inputs, 1, 1])
        let inner = sketch.convolution(first, [channels, channels, 1, 1])
        return sketch.node(.concat(axis: 1), sketch.node(.binary(.add), first, inner), second)
    }

    @Test func widensTheConcatenationOfC3() throws {
        var sketch = GraphSketch()
        let joined = c3(&sketch, sketch.input("x", [1, 6, 3, 3]), channels: 16, inputs: 6)
        let y = sketch.convolution(joined, [8, 32, 1, 1])
        let result = try merged(sketch.returning(y))
        #expect(result.convolutions.count == 3)
        let wide = try #require(result.nodes.first { $0.operation == .concat(axis: 1) })
        let convolution = try #require(result.nodes.first { $0.name.hasSuffix("merged") })
        // The merged result lies in the concatenation as a whole, so nothing is copied.
        #expect(wide.inputs.last == convolution.outputs[0])
        #expect(try ShapeInference.infer(result)[wide.outputs[0]]?.shape == [1, 48, 3, 3])
    }

    /// Parts that are written in place where a view could not be: not the last operand, joined twice, joined again; or
    /// behind which the next part would begin inside a block.
    @Test(arguments: ["front", "twice", "again"]) func keepsWhatLiesInConcatenations(form: String) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 3, 3])
        let a = sketch.convolution(x, [16, 4, 1, 1])
        let b = sketch.convolution(x, [16, 4, 1, 1])
        let other = sketch.convolution(a, [16, 16, 3, 3], padding: [1, 1, 1, 1])
        var outputs: [String]
        switch form {
        case "front": outputs = [sketch.node(.concat(axis: 1), b, other)]
        case "twice": outputs = [sketch.node(.concat(axis: 1), other, b), sketch.node(.concat(axis: 1), a, b)]
        default: outputs = [sketch.node(.concat(axis: 1), sketch.node(.concat(axis: 1), other, b), other)]
        }
        outputs.append(a)
        #expect(try merged(sketch.returning(outputs)).convolutions.count == 3)
    }

    /// Operands that begin inside a block are copied in any case.
    @Test func mergesWhatIsCopiedAnyway() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 3, 3])
        let (a, b) = (sketch.convolution(x, [16, 4, 1, 1]), sketch.convolution(x, [16, 4, 1, 1]))
        let narrow = sketch.convolution(a, [3, 16, 1, 1])
        let y = sketch.node(.concat(axis: 1), narrow, b)
        #expect(try merged(sketch.returning(y, a)).convolutions.count == 2)
    }

    @Test(arguments: 0..<20) func keepsRandomGraphs(seed: UInt64) throws {
        var sketch = GraphSketch()
        var random = SeededGenerator(seed)
        var values = [sketch.input("x", [1, 16, 3, 3])]
        for _ in 0..<8 {
            let x = values[Int.random(in: 0..<values.count, using: &random)]
            if Int.random(in: 0..<4, using: &random) == 0, let y = values.last, values.count > 1 {
                let joined = sketch.node(.concat(axis: 1), x, y)
                values.append(sketch.convolution(joined, [16, 32, 1, 1]))
            } else {
                values.append(sketch.convolution(x, [16, 16, 1, 1]))
            }
        }
        _ = try merged(sketch.returning(Array(values.suffix(3))))
    }
}
