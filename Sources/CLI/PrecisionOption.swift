import ArgumentParser
import Engine
import Tensors

/// What `--precision` takes.
enum PrecisionChoice: String, CaseIterable, Sendable, ExpressibleByArgument {
    case auto, f32, bf16

    static let help = ArgumentHelp(
        "What the model is computed in: f32; bf16, faster and a little less exact, on processors with AVX512_BF16; or auto, "
            + "which is bf16 where that is possible.", valueName: "precision")

    /// The precision to compute in.
    ///
    /// - Throws: a usage error where this processor has no instructions for the one asked for.
    func resolved(hasBF16: Bool = InstructionSet.supports(.bf16)) throws(CommandError) -> Precision {
        switch self {
        case .auto: return hasBF16 ? .bf16 : .f32
        case .f32: return .f32
        case .bf16:
            guard hasBF16 else {
                throw .usage("--precision bf16 needs a processor with AVX512_BF16, which this one lacks; use f32")
            }
            return .bf16
        }
    }
}
