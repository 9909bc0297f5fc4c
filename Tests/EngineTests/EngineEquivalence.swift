import Engine
import GraphIR
import Kernels
import Tensors
import TestSupport
import Testing

extension SeededGenerator {
    mutating func tensor(_ shape: Shape, in range: ClosedRange<Float> = -1...1) -> Tensor {
        Tensor((0..<shape.count).map { _ in Float.random(in: range, using: &self) }, shape: shape)
    }
}

/// A graph put together node by node for a test.
struct TestGraph {
    var graph = Graph(name: "test", inputs: [], outputs: [], nodes: [], constants: [:])
    var random = SeededGenerator(1)

    mutating func input(_ name: String, _ shape: Shape) {
        graph.inputs.append(GraphInput(name: name, elementType: .float32, dimensions: shape.dimensions))
    }

    mutating func constant(_ name: String, _ tensor: Tensor) { graph.constants[name] = tensor }

    mutating func node(_ operation: Operator, _ inputs: [String], _ outputs: [String]) {
        graph.nodes.append(Node(name: outputs[0], operation: operation, inputs: inputs, outputs: outputs))
    }

    /// A convolution with random weights and bias.
    mutating func convolution(
        _ input: String, _ output: String, channels: Int, outputs: Int, _ attributes: ConvolutionAttributes,
        residual: String? = nil
    ) {
        let shape = Shape([outputs, channels / attributes.group] + attributes.kernel)
        let range = 1 / Float(max(1, shape.count / outputs)).squareRoot()
        constant(output + ".weight", random.tensor(shape, in: -range...range))
        constant(output + ".bias", random.tensor([outputs]))
        let operands = [input, output + ".weight", output + ".bias"] + (residual.map { [$0] } ?? [])
        node(.convolution(attributes), operands, [output])
    }
}

/// Checks that the engine computes what the reference evaluator does, on every instruction set, for several thread counts and
/// with both widths of output tiles, and that all of these give the same bits.
///
/// Tolerance: `tolerance` times the largest absolute value of the output.
func expectEquivalence(
    _ test: TestGraph, tolerance: Float = 1e-5, range: ClosedRange<Float> = -2...2,
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var random = SeededGenerator(7)
    let types = try ShapeInference.infer(test.graph)
    var inputs: [String: Tensor] = [:]
    for input in test.graph.inputs {
        inputs[input.name] = random.tensor(try #require(types[input.name]).shape, in: range)
    }
    let expected = try ReferenceEvaluator.run(test.graph, inputs: inputs)
    let results = try [1, 2].map { (tileBlocks: Int) in
        try expectSameBits(
            CompiledModel(graph: test.graph, types: types, tileBlocks: tileBlocks), inputs, InstructionSet.available,
            "tiles of \(tileBlocks) blocks, \(comment())", sourceLocation: sourceLocation)
    }
    #expect(results[0] == results[1], "the width of tiles changes bits: \(comment())", sourceLocation: sourceLocation)
    let outputs = results[0]
    for name in test.graph.outputs {
        expectClose(outputs[name], expected[name], tolerance, "\(name): \(comment())", sourceLocation: sourceLocation)
    }
    try expectHalfPrecision(test, inputs, comment(), sourceLocation: sourceLocation)
    try expectEightBits(test, inputs, comment(), sourceLocation: sourceLocation)
}

/// Runs a model with several thread counts and kernels, checks that all give the same bits, and returns these.
func expectSameBits(
    _ model: CompiledModel, _ inputs: [String: Tensor], _ instructionSets: [KernelTable], _ comment: String,
    sourceLocation: SourceLocation
) throws -> [String: Tensor] {
    var first: [String: Tensor]?
    for kernels in instructionSets {
        for threads in [1, 3] {
            let outputs = try InferenceSession(model: model, threads: threads, kernels: kernels).run(inputs)
            first = first ?? outputs
            #expect(
                outputs == first, "\(kernels.name) with \(threads) threads: other bits. \(comment)",
                sourceLocation: sourceLocation)
        }
    }
    return try #require(first)
}

/// Compares two float tensors within `tolerance` times the largest absolute value expected.
func expectClose(
    _ actual: Tensor?, _ expected: Tensor?, _ tolerance: Float, _ comment: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let actual, let expected, let a = actual.floats, let b = expected.floats, actual.shape == expected.shape
    else {
        Issue.record(
            "\(comment): \(String(describing: actual?.shape)) against \(String(describing: expected?.shape))",
            sourceLocation: sourceLocation)
        return
    }
    let scale = max(b.lazy.map(abs).max() ?? 0, 1e-6)
    let error = zip(a, b).lazy.map { abs($0 - $1) }.max() ?? 0
    #expect(
        error <= tolerance * scale && !a.contains(where: \.isNaN), "\(comment): error \(error) of \(scale)",
        sourceLocation: sourceLocation)
}
