import Engine
import GraphIR
import Kernels
import Tensors
import TestSupport
import Testing

extension Quantization {
    /// The nearest value that a byte stands for.
    func rounded(_ value: Float) -> Float {
        let byte = (value / scale).rounded(.toNearestOrEven) + Float(zeroPoint)
        return scale * (min(255, max(0, byte)) - Float(zeroPoint))
    }

    /// The finest one that covers some values.
    init(covering values: [Float]) { self.init(covering: values.min() ?? 0, values.max() ?? 0) }
}

extension TestGraph {
    /// The same graph with quantized weights, which are rounded, and a quantization for every feature map: from the values
    /// that the reference evaluator computes with the rounded weights from the rounded inputs.
    func quantized(_ inputs: inout [String: Tensor]) throws -> TestGraph {
        var copy = self
        for node in graph.nodes {
            guard case .convolution = node.operation, let weights = graph.constants[node.inputs[1]] else { continue }
            let (rounded, scales) = weights.roundedToSignedBytes
            copy.graph.constants[node.inputs[1]] = rounded
            copy.graph.quantization.weightScales[node.inputs[1]] = scales
        }
        for (name, tensor) in inputs {
            let quantization = Quantization(covering: tensor.floats ?? [])
            copy.graph.quantization.values[name] = quantization
            inputs[name] = Tensor((tensor.floats ?? []).map(quantization.rounded), shape: tensor.shape)
        }
        let types = try ShapeInference.infer(copy.graph)
        var all = copy.graph
        all.outputs = graph.nodes.flatMap(\.outputs).filter { types[$0]?.elementType == .float32 }
        for (name, tensor) in try ReferenceEvaluator.run(all, inputs: inputs) where tensor.shape.rank == 4 {
            let values = tensor.floats ?? []
            let plan = QuantizationPlan(copy.graph, types: types)
            if plan.perChannel.contains(name) {
                let count = values.count / tensor.shape[1]
                copy.graph.quantization.channelValues[name] = (0..<tensor.shape[1]).map {
                    Quantization(covering: Array(values[$0 * count..<($0 + 1) * count]))
                }
            } else {
                copy.graph.quantization.values[name] = Quantization(covering: values)
            }
        }
        return copy
    }
}

extension Tensor {
    /// Weights `[M, …]` rounded to multiples of a scale for each output channel, and the scales.
    var roundedToSignedBytes: (Tensor, [Float]) {
        let values = floats ?? []
        let count = max(1, values.count / shape[0])
        var (rounded, scales) = (values, [Float](repeating: 1, count: shape[0]))
        for output in 0..<shape[0] {
            let range = output * count..<(output + 1) * count
            let scale = (values[range].map(abs).max() ?? 0) / 127
            guard scale > 0 else { continue }
            scales[output] = scale
            for index in range { rounded[index] = scale * (values[index] / scale).rounded(.toNearestOrEven) }
        }
        return (Tensor(rounded, shape: shape), scales)
    }
}

/// Checks that the engine in int8 computes what the reference evaluator does, and that instruction sets and thread counts give
/// the same bits.
///
/// Inputs and weights are rounded beforehand. Tolerance: every map stored on the way is off by up to 1/510 of its range; for
/// the few nodes of a test, 2⁻⁵ of the output's largest absolute value.
func expectEightBits(
    _ test: TestGraph, _ inputs: [String: Tensor], tolerance: Float = 1 / 32, _ comment: String,
    sourceLocation: SourceLocation
) throws {
    for variant in [test, test.poolingOutputs(try ShapeInference.infer(test.graph))] {
        var inputs = inputs
        let quantized = try variant.quantized(&inputs)
        let types = try ShapeInference.infer(quantized.graph)
        let expected = try ReferenceEvaluator.run(quantized.graph, inputs: inputs)
        let model = try CompiledModel(graph: quantized.graph, types: types, precision: .int8)
        let outputs = try expectSameBits(
            model, inputs, InstructionSet.available, "int8, \(comment)", sourceLocation: sourceLocation)
        for name in quantized.graph.outputs {
            expectClose(
                outputs[name], expected[name], tolerance, "int8, \(name): \(comment)", sourceLocation: sourceLocation)
        }
    }
}
