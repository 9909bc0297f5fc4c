import Engine
import GraphIR
import Kernels
import Tensors
import TestSupport
import Testing

extension Float {
    /// The nearest value of 8 significant bits, ties to even: what bfloat16 holds.
    var roundedToBFloat16: Float {
        guard isNormal else { return isFinite ? 0 : self }
        // In units of the last place that is kept, rounding to an integer is what `rounded` does.
        let unit = Float(sign: .plus, exponent: exponent - 7, significand: 1)
        return (self / unit).rounded(.toNearestOrEven) * unit
    }
}

extension Tensor {
    /// Floats rounded to what bfloat16 holds; other elements as they are.
    var roundedToBFloat16: Tensor {
        guard let floats else { return self }
        return Tensor(floats.map(\.roundedToBFloat16), shape: shape)
    }
}

extension TestGraph {
    /// The same graph with rounded weights: on rounded inputs, rounding is left to the results of kernels.
    fileprivate var roundedToBFloat16: TestGraph {
        var copy = self
        copy.graph.constants = graph.constants.mapValues { $0.shape.rank == 4 ? $0.roundedToBFloat16 : $0 }
        return copy
    }

    /// The same graph with a pool of one pixel behind each output that is a feature map. Outputs are stored in full, what a pool
    /// reads is not.
    func poolingOutputs(_ types: [String: TensorType]) -> TestGraph {
        var copy = self
        copy.graph.outputs = graph.outputs.map { name in
            guard let shape = types[name]?.shape, shape.rank == 4, shape[0] == 1, shape.count > 0 else { return name }
            copy.node(.maxPool(PoolAttributes(kernel: [1, 1])), [name], [name + ".pooled"])
            return name + ".pooled"
        }
        return copy
    }
}

/// Checks that the engine in bf16 computes what the reference evaluator does, where this processor has it, and that thread
/// counts give the same bits.
///
/// Inputs and weights are rounded beforehand. Tolerance: every result stored on the way is off by up to 2⁻⁹ of itself; for the
/// few nodes of a test, 2⁻⁶ of the output's largest absolute value.
func expectHalfPrecision(
    _ test: TestGraph, _ inputs: [String: Tensor], tolerance: Float = 1 / 64, _ comment: String,
    sourceLocation: SourceLocation
) throws {
    guard InstructionSet.supports(.bf16) else { return }
    let inputs = inputs.mapValues(\.roundedToBFloat16)
    let types = try ShapeInference.infer(test.graph)
    for variant in [test.roundedToBFloat16, test.roundedToBFloat16.poolingOutputs(types)] {
        let types = try ShapeInference.infer(variant.graph)
        let expected = try ReferenceEvaluator.run(variant.graph, inputs: inputs)
        let model = try CompiledModel(graph: variant.graph, types: types, precision: .bf16)
        let tables = InstructionSet.available.filter(\.hasBFloat16)
        let outputs = try expectSameBits(model, inputs, tables, "bf16, \(comment)", sourceLocation: sourceLocation)
        for name in variant.graph.outputs {
            expectClose(
                outputs[name], expected[name], tolerance, "bf16, \(name): \(comment)", sourceLocation: sourceLocation)
        }
    }
}
