import GraphIR
import Tensors
import Testing

@Suite struct PassPipelineTests {
    /// A C3 layer behind an enlargement, with a residual bottleneck and a shuffle before the last convolution.
    private func graph() -> Graph {
        var sketch = GraphSketch()
        let attributes = ResizeAttributes(mode: .nearest, coordinates: .asymmetric, rounding: .floor)
        let scales = sketch.constant(floatTensor([1, 1, 2, 2], [4]))
        let enlarged = sketch.node(.resize(attributes), sketch.input("a", [1, 48, 2, 2]), "", scales)
        let joined = sketch.node(.concat(axis: 1), enlarged, sketch.input("b", [1, 16, 4, 4]))
        func silu(_ x: String) -> String { sketch.node(.binary(.multiply), x, sketch.node(.activation(.sigmoid), x)) }
        let (first, second) = (
            silu(sketch.convolution(joined, [16, 64, 1, 1])), silu(sketch.convolution(joined, [16, 64, 1, 1]))
        )
        let inner = silu(sketch.convolution(first, [16, 16, 3, 3], padding: [1, 1, 1, 1]))
        let c3 = sketch.node(.concat(axis: 1), sketch.node(.binary(.add), first, inner), second)
        let apart = sketch.node(.reshape(allowZero: false), c3, sketch.constant([1, 2, 16, 16]))
        let moved = sketch.node(.transpose(permutation: [0, 2, 1, 3]), apart)
        let shuffled = sketch.node(.reshape(allowZero: false), moved, sketch.constant([1, 32, 4, 4]))
        let y = sketch.convolution(shuffled, [8, 32, 1, 1])
        let squared = sketch.node(.binary(.power), y, sketch.scalar(2))
        return sketch.returning(squared)
    }

    /// All passes together, and without each one that can be left out. Sums are taken in other orders: 1e-5 of the largest
    /// value is allowed.
    @Test func computesTheSameWithoutAnyOnePass() throws {
        #expect(try optimised(graph(), by: PassPipeline.standard.passes).convolutions.count == 4)
        for name in PassPipeline.optionalPassNames {
            let passes = PassPipeline.standard(excluding: [name]).passes
            #expect(!passes.contains { $0.name == name })
            _ = try optimised(graph(), by: passes)
        }
    }

    /// Each of the passes that remove work finds something.
    @Test func everyReductionFires() throws {
        let nodes = try optimised(graph(), by: PassPipeline.standard.passes).nodes
        for name in [
            "fuse residual", "fold channel shuffle", "merge sibling convolutions",
            "push pointwise convolutions through concat", "square by multiplication",
        ] {
            #expect(PassPipeline.optionalPassNames.contains(name))
            #expect(
                try optimised(graph(), by: PassPipeline.standard(excluding: [name]).passes).nodes != nodes, "\(name)")
        }
    }
}
