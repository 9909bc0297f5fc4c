import GraphIR
import Tensors
import Testing

@Suite struct ConvolutionPassTests {
    /// Behind something that is no convolution, with and without rows and columns.
    @Test(arguments: [[1, 3, 4, 5], [1, 3], [2, 3, 7]] as [Shape])
    func batchNormalizationByItself(shape: Shape) throws {
        var sketch = GraphSketch()
        let x = sketch.node(.binary(.multiply), sketch.input("x", shape), sketch.scalar(2))
        let variance = sketch.constant(floatTensor([0.5, 1, 2], [3]))
        let y = sketch.node(
            .batchNormalization(epsilon: 0.25), x, sketch.random([3]), sketch.random([3]), sketch.random([3]), variance)
        let result = try optimised(sketch.returning(y), by: [SpellOutBatchNormalization()])
        #expect(result.operations == [.binary(.multiply), .binary(.multiply), .binary(.add)])
    }

    private func normalization(_ sketch: inout GraphSketch, _ x: String, channels: Int) -> String {
        let variance = Tensor((0..<channels).map { 0.1 + Float($0) / 3 }, shape: [channels])
        let operands = [x] + (0..<3).map { _ in sketch.random([channels]) } + [sketch.constant(variance)]
        return sketch.node(.batchNormalization(epsilon: 1e-3), operands, results: 1)[0]
    }

    @Test(arguments: [true, false]) func foldsNormalizationBehind(bias: Bool) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 4, 6, 5])
        let a = sketch.convolution(x, [6, 2, 3, 3], bias: bias, padding: [1, 1, 1, 1], group: 2)
        let y = normalization(&sketch, a, channels: 6)
        let result = try optimised(sketch.returning(y), by: [FoldBatchNormalization()])
        #expect(result.nodes.count == 1)
    }

    @Test func foldsChannelArithmeticBehind() throws {
        var sketch = GraphSketch()
        var y = sketch.convolution(sketch.input("x", [1, 3, 5, 5]), [4, 3, 3, 3], padding: [1, 1, 1, 1])
        y = sketch.node(.binary(.multiply), y, sketch.random([1, 4, 1, 1]))
        y = sketch.node(.binary(.add), sketch.random([4, 1, 1]), y)
        y = sketch.node(.binary(.divide), y, sketch.scalar(3))
        y = sketch.node(.binary(.subtract), sketch.random([4, 1, 1]), y)
        y = sketch.node(.binary(.subtract), y, sketch.random([1]))
        y = normalization(&sketch, y, channels: 4)
        #expect(try optimised(sketch.returning(y), by: [FoldBatchNormalization()]).nodes.count == 1)
    }

    @Test func foldsNormalizationBeforeUnpaddedConvolutions() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 6])
        let a = sketch.node(.binary(.add), normalization(&sketch, x, channels: 4), sketch.random([4, 1, 1]))
        let y = sketch.convolution(a, [6, 2, 3, 2], strides: [2, 1], group: 2)
        #expect(try optimised(sketch.returning(y), by: [FoldBatchNormalization()]).nodes.count == 1)
    }

    @Test func keepsNormalizationBeforePadding() throws {
        var sketch = GraphSketch()
        let a = normalization(&sketch, sketch.input("x", [1, 4, 5, 6]), channels: 4)
        let y = sketch.convolution(a, [6, 4, 3, 3], padding: [1, 1, 1, 1])
        #expect(try optimised(sketch.returning(y), by: [FoldBatchNormalization()]).nodes.count == 2)
    }

    @Test func foldsBetweenConvolutionsOnce() throws {
        var sketch = GraphSketch()
        let a = sketch.convolution(sketch.input("x", [1, 3, 4, 4]), [4, 3, 1, 1])
        let b = sketch.convolution(normalization(&sketch, a, channels: 4), [5, 4, 1, 1])
        #expect(try optimised(sketch.returning(b), by: [FoldBatchNormalization()]).nodes.count == 2)
    }

    @Test func keepsWhatOthersRead() throws {
        var sketch = GraphSketch()
        let a = sketch.convolution(sketch.input("x", [1, 3, 4, 4]), [4, 3, 1, 1])
        let y = normalization(&sketch, a, channels: 4)
        #expect(try optimised(sketch.returning(y, a), by: [FoldBatchNormalization()]).nodes.count == 2)
        // A constant that varies along the rows, or that widens the result.
        var rows = GraphSketch()
        let b = rows.convolution(rows.input("x", [1, 3, 4, 4]), [4, 3, 1, 1])
        let z = rows.node(.binary(.multiply), b, rows.random([4, 1]))
        let w = rows.node(.binary(.multiply), b, rows.random([2, 4, 1, 1]))
        #expect(try optimised(rows.returning(z, w), by: [FoldBatchNormalization()]).nodes.count == 3)
    }

    @Test func fusesActivations() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 4, 4])
        let a = sketch.node(.activation(.hardSwish), sketch.convolution(x, [4, 3, 3, 3]))
        let y = sketch.node(.activation(.relu), a)
        let result = try optimised(sketch.returning(y), by: [FuseActivation()])
        #expect(try result.onlyConvolution().activation == .hardSwish)
        #expect(result.operations.last == .activation(.relu))
    }

    @Test func keepsActivationsOfSharedResults() throws {
        var sketch = GraphSketch()
        let a = sketch.convolution(sketch.input("x", [1, 3, 4, 4]), [4, 3, 3, 3])
        let y = sketch.node(.activation(.relu), a)
        let result = try optimised(sketch.returning(y, a), by: [FuseActivation()])
        #expect(try result.onlyConvolution().activation == nil)
    }

    @Test(arguments: [true, false]) func fusesResidualAndActivationBehind(bias: Bool) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 5])
        let a = sketch.convolution(x, [4, 4, 3, 3], bias: bias, padding: [1, 1, 1, 1])
        let y = sketch.node(.activation(.relu), sketch.node(.binary(.add), x, a))
        let result = try optimised(sketch.returning(y), by: [FuseActivation(), FuseResidual(), FuseActivation()])
        let convolution = try result.onlyConvolution()
        #expect(result.nodes.count == 1 && convolution.residual == .beforeActivation && convolution.activation == .relu)
        #expect(result.nodes[0].inputs.count == 4 && result.nodes[0].inputs[3] == "x")
        #expect((result.nodes[0].inputs[2] == "") == !bias)
    }

    /// The addend is made after the convolution, so the convolution moves to the sum.
    @Test func fusesResidualsMadeLater() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 5])
        let a = sketch.convolution(x, [4, 4, 1, 1])
        let later = sketch.node(.unary(.exp), x)
        let y = sketch.node(.binary(.add), a, later)
        #expect(try optimised(sketch.returning(y), by: [FuseResidual()]).nodes.count == 2)
    }

    @Test func fusesOneOfTwoConvolutions() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 5])
        let (a, b) = (sketch.convolution(x, [4, 4, 1, 1]), sketch.convolution(x, [4, 4, 1, 1]))
        let sum = sketch.node(.binary(.add), a, b)
        let result = try optimised(sketch.returning(sum), by: [FuseResidual()])
        #expect(result.nodes.count == 2)
    }

    @Test func keepsSumsThatAreNoResiduals() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 5])
        let a = sketch.convolution(x, [4, 4, 1, 1])
        let broadcast = sketch.node(.binary(.add), a, sketch.node(.globalAveragePool, x))
        let b = sketch.convolution(x, [4, 4, 1, 1])
        let doubled = sketch.node(.binary(.add), b, b)
        let activated = sketch.node(.activation(.relu), sketch.convolution(x, [4, 4, 1, 1]))
        let behind = sketch.node(.binary(.add), activated, x)
        let result = try optimised(
            sketch.returning(broadcast, doubled, behind, activated), by: [FuseActivation(), FuseResidual()])
        #expect(result.operations.filter { $0 == .binary(.add) }.count == 3)
    }

    @Test func fusesResidualsBehindTheActivation() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 5])
        let a = sketch.node(.activation(.silu), sketch.convolution(x, [4, 4, 3, 3], padding: [1, 1, 1, 1]))
        let y = sketch.node(.activation(.relu), sketch.node(.binary(.add), x, a))
        let result = try optimised(sketch.returning(y), by: [FuseActivation(), FuseResidual(), FuseActivation()])
        let convolution = try result.onlyConvolution()
        #expect(convolution.residual == .afterActivation && convolution.activation == .silu)
        // An activation behind such a sum has no place in the convolution.
        #expect(result.operations.last == .activation(.relu))
    }

    /// Of two convolutions the one without activation takes the sum, and with it the activation behind.
    @Test func fusesIntoTheConvolutionWithoutActivation() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 5, 5])
        let a = sketch.convolution(x, [4, 4, 1, 1])
        let b = sketch.node(.activation(.silu), sketch.convolution(x, [4, 4, 1, 1]))
        let y = sketch.node(.activation(.relu), sketch.node(.binary(.add), a, b))
        let result = try optimised(sketch.returning(y), by: [FuseActivation(), FuseResidual(), FuseActivation()])
        #expect(result.nodes.count == 2)
        let last = try #require(result.convolutions.last)
        #expect(last.residual == .beforeActivation && last.activation == .relu)
    }
}
