import ArgumentParser
import Engine
import GraphIR
import Tensors

/// What `--precision` takes.
enum PrecisionChoice: String, CaseIterable, Sendable, ExpressibleByArgument {
    case auto, f32, bf16, int8

    static let help = ArgumentHelp(
        "What the model is computed in: f32; bf16, faster and a little less exact, on processors with AVX512_BF16; int8, for "
            + "models that `windhover model quantize` has written; or auto, the fastest of these. Left away, it is int8 for a "
            + "quantized model and f32 for others.", valueName: "precision")

    /// The choice of just this precision.
    init(_ precision: Precision) {
        self =
            switch precision {
            case .f32: .f32
            case .bf16: .bf16
            case .int8: .int8
            }
    }
}

/// What the processor computes fast.
struct FastPrecisions {
    var bf16 = InstructionSet.supports(.bf16)
    var int8 = InstructionSet.hasByteProducts
}

extension PrecisionChoice? {
    /// The precision to compute `graph` in.
    ///
    /// - Parameter model: what the user calls the model.
    /// - Throws: a usage error where the processor or the model lacks what the choice needs.
    func resolved(
        for graph: Graph, model: String, on processor: FastPrecisions = FastPrecisions()
    ) throws(CommandError) -> Precision {
        switch self {
        case nil: return graph.isQuantized ? .int8 : .f32
        case .auto:
            if graph.isQuantized && processor.int8 { return .int8 }
            return processor.bf16 ? .bf16 : .f32
        case .f32: return .f32
        case .bf16:
            guard processor.bf16 else {
                throw .usage("--precision bf16 needs a processor with AVX512_BF16, which this one lacks; use f32")
            }
            return .bf16
        case .int8:
            guard graph.isQuantized else {
                throw .usage(
                    "--precision int8: \(model) is not quantized; run `windhover model quantize \(model) --calibrate VIDEO "
                        + "-o OUT.onnx` and use OUT.onnx")
            }
            return .int8
        }
    }
}
