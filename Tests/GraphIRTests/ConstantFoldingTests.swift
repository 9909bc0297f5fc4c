import GraphIR
import Tensors
import Testing

@Suite struct ConstantFoldingTests {
    @Test func foldsShapeArithmeticAndGrids() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 3, 5])
        let width = sketch.node(
            .gather(axis: 0), sketch.node(.shape, x), sketch.constant(Tensor([Int64(3)], shape: [])))
        let zero = sketch.constant(Tensor([Int64(0)], shape: []))
        let one = sketch.constant(Tensor([Int64(1)], shape: []))
        let grid = sketch.node(.cast(.float32), sketch.node(.range, zero, width, one))
        let y = sketch.node(.binary(.add), x, grid)
        let result = try optimised(sketch.returning(y), by: [FoldConstants()])
        #expect(result.operations == [.binary(.add)])
        #expect(result.constants.values.first?.floats == [0, 1, 2, 3, 4])
    }

    @Test func foldedOutputsKeepTheirNames() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 3])
        let y = sketch.node(.shape, x)
        let result = try optimised(sketch.returning(y, x), by: [FoldConstants()])
        #expect(result.nodes.isEmpty && result.outputs == [y, x] && result.constants[y] == .vector([2, 3]))
    }

    /// Ten small nodes that ask for gigabytes must stay nodes.
    @Test func leavesHugeResultsToTheEngine() throws {
        var sketch = GraphSketch()
        _ = sketch.input("x", [1])
        let huge = sketch.node(.constantOfShape(value: .scalar(1)), sketch.constant([1 << 14, 1 << 14]))
        var last = huge
        for _ in 0..<9 { last = sketch.node(.unary(.exp), last) }
        var graph = sketch.returning(last)
        try PassPipeline([FoldConstants()]).run(&graph)
        #expect(graph.nodes.count == 10)
    }

    @Test func refusesShapesBeyondAllBounds() {
        var sketch = GraphSketch()
        let huge = sketch.node(.constantOfShape(value: .scalar(1)), sketch.constant([1 << 40, 1 << 40]))
        #expect { try ShapeInference.infer(sketch.returning(huge)) } throws: { ($0 as? GraphError)?.code == .tooLarge }
    }

    /// Nothing times a billion is nothing, but looping over the billion is not.
    @Test(.timeLimit(.minutes(10))) func emptyAxesDoNotHideHugeOnes() throws {
        var sketch = GraphSketch()
        _ = sketch.input("x", [1])
        let empty = sketch.node(.constantOfShape(value: .scalar(1)), sketch.constant([1 << 28, 0]))
        let tiled = sketch.node(.tile, empty, sketch.constant([1, 3]))
        var graph = sketch.returning(tiled)
        try PassPipeline([FoldConstants()]).run(&graph)
        #expect(graph.nodes.count == 2)
    }

    @Test func rangesTakeThreeNumbersOfOneType() {
        let (none, one, two) = (Tensor.vector([]), Tensor.vector([1]), Tensor.vector([1, 2]))
        for bounds in [
            [none, one, one], [one, two, one], [one, one, none], [one, one, .scalar(1)], [one, two, .vector([0])],
        ] {
            var sketch = GraphSketch()
            let operands = bounds.map { sketch.constant($0) }
            let range = sketch.node(.range, operands, results: 1)[0]
            #expect(throws: GraphError.self) { try ShapeInference.infer(sketch.returning(range)) }
        }
    }
}
