import AllocationCounter
import Engine
import GraphIR
import Kernels
import Tensors
import Testing

/// A run that has warmed up allocates nothing.
@Suite("Allocations")
struct AllocationTests {
    /// A graph with most kinds of steps.
    private func makeModel(_ precision: Precision) throws -> CompiledModel {
        var test = TestGraph()
        test.input("x", [1, 3, 40, 40])
        let stem = ConvolutionAttributes(
            kernel: [3, 3], strides: [2, 2], padding: [1, 1, 1, 1], activation: .silu)
        test.convolution("x", "a", channels: 3, outputs: 24, stem)
        let depthwise = ConvolutionAttributes(
            kernel: [3, 3], padding: [1, 1, 1, 1], group: 24, activation: .hardSwish)
        test.convolution("a", "b", channels: 24, outputs: 24, depthwise)
        let pointwise = ConvolutionAttributes(kernel: [1, 1], activation: .silu, residual: .afterActivation)
        test.convolution("b", "c", channels: 24, outputs: 24, pointwise, residual: "a")
        test.node(.maxPool(PoolAttributes(kernel: [5, 5], padding: [2, 2, 2, 2])), ["c"], ["d"])
        test.node(.concat(axis: 1), ["c", "d"], ["e"])
        test.node(.transpose(permutation: [0, 2, 3, 1]), ["e"], ["f"])
        test.node(.softmax(axis: 3), ["f"], ["output"])
        test.graph.outputs = ["output"]
        return try CompiledModel(graph: test.graph, types: ShapeInference.infer(test.graph), precision: precision)
    }

    @Test("none in a steady-state run", arguments: [1, 2])
    func steadyState(threads: Int) throws {
        let models = try Precision.allCases.filter(InstructionSet.supports).map(makeModel)
        let pairs = models.flatMap { model in InstructionSet.available.map { (model, $0) } }
        for (model, kernels) in pairs where model.precision == .f32 || kernels.hasBFloat16 {
            let session = InferenceSession(model: model, threads: threads, kernels: kernels)
            for _ in 0..<3 { session.run() }
            try #require(wh_thread_allocations() >= 0, "allocations cannot be counted here")
            let before = wh_thread_allocations()
            var runs = 0
            while runs < 20 {
                session.run()
                runs += 1
            }
            let after = wh_thread_allocations()
            #expect(
                after == before,
                "\(kernels.name), \(model.precision), \(threads) threads: \(after - before) allocations in 20 runs")
        }
    }

    @Test("the counter counts")
    func counter() {
        let before = wh_thread_allocations()
        let values = [Int](repeating: 1, count: Int.random(in: 1000...2000))
        #expect(values.reduce(0, +) >= 1000)
        #expect(wh_thread_allocations() > before)
    }
}
