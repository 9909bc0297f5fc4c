import GraphIR
import Tensors
import Testing

@Suite struct QuantizationPlanTests {
    private func plan(_ graph: Graph, keeping kept: Set<String> = []) throws -> QuantizationPlan {
        QuantizationPlan(graph, types: try ShapeInference.infer(graph), keepingInFloat: kept)
    }

    /// A stem, two branches that join behind pooling and enlarging, a residual, and a head that is reshaped.
    private struct Network {
        var graph: Graph
        var stem, branch, pooled, enlarged, joined, mixed, sum, head: String
        func name(_ value: String) -> String { graph.nodes.first { $0.outputs.contains(value) }?.name ?? "" }
    }

    private func network() -> Network {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 8, 8])
        let stem = sketch.convolution(x, [4, 3, 3, 3], padding: [1, 1, 1, 1])
        let pooled = sketch.node(.maxPool(PoolAttributes(kernel: [2, 2], strides: [2, 2])), stem)
        let branch = sketch.convolution(pooled, [4, 4, 1, 1])
        let enlarged = sketch.node(
            .resize(ResizeAttributes(coordinates: .asymmetric, rounding: .floor)), branch, "",
            sketch.constant(floatTensor([1, 1, 2, 2], [4])))
        let joined = sketch.node(.concat(axis: 1), stem, enlarged)
        let mixed = sketch.convolution(joined, [4, 8, 1, 1])
        var attributes = ConvolutionAttributes(kernel: [1, 1])
        attributes.residual = .afterActivation
        let (weights, bias) = (sketch.random([4, 4, 1, 1]), sketch.random([4]))
        let sum = sketch.node(.convolution(attributes), [mixed, weights, bias, mixed], results: 1)[0]
        let head = sketch.convolution(sum, [6, 4, 1, 1])
        let scores = sketch.node(.activation(.sigmoid), head)
        let rows = sketch.node(.reshape(allowZero: false), scores, sketch.constant([1, 6, 64]))
        return Network(
            graph: sketch.returning(rows), stem: stem, branch: branch, pooled: pooled, enlarged: enlarged,
            joined: joined, mixed: mixed, sum: sum, head: head)
    }

    @Test func groupsShareOneQuantization() throws {
        let net = network()
        let plan = try plan(net.graph)
        #expect(plan.convolutions == [net.stem, net.branch, net.mixed, net.sum].map(net.name))
        #expect(plan.floats == [net.name(net.head): .last])
        // Pooling, enlarging and joining tie everything together; the head reads floats.
        #expect(plan.groups == [["x"], [net.stem, net.pooled, net.branch, net.enlarged, net.joined], [net.mixed]])
    }

    @Test func whatIsLeftInFloatReadsFloats() throws {
        let net = network()
        let plan = try plan(net.graph, keeping: [net.name(net.stem), net.name(net.sum)])
        #expect(plan.floats[net.name(net.stem)] == .requested && plan.floats.count == 3)
        #expect(plan.groups == [[net.stem, net.pooled, net.branch, net.enlarged, net.joined]])
    }

    @Test func reasonsAreGiven() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 4, 4])
        let a = sketch.convolution(x, [4, 4, 1, 1])
        let turned = sketch.node(.transpose(permutation: [0, 1, 3, 2]), a)
        let b = sketch.convolution(turned, [4, 4, 1, 1])
        let computed = sketch.node(.activation(.tanh), sketch.input("w", [2, 4, 1, 1]))
        let c = sketch.node(.convolution(ConvolutionAttributes(kernel: [1, 1])), b, computed)
        let plan = try plan(sketch.returning(c, b))
        #expect(plan.convolutions.isEmpty && plan.groups.isEmpty)
        let names = ["n0", "n2", "n4"]
        #expect(names.map { plan.floats[$0] } == [.last, .output, .computedWeights])
        #expect(try self.plan(sketch.returning(c)).floats["n2"] == .rowMajorInput)
    }

    /// Overshoots of cubic interpolation are no numbers of the operand.
    @Test func cubicResizesAreNotTied() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 4, 4])
        let scales = sketch.constant(floatTensor([1, 1, 2, 2], [4]))
        let large = sketch.node(.resize(ResizeAttributes(mode: .cubic)), x, "", scales)
        let a = sketch.convolution(large, [4, 4, 1, 1])
        let b = sketch.convolution(a, [4, 4, 1, 1])
        #expect(try plan(sketch.returning(b)).groups == [[large]])
    }
}
