import CPlatform
package import Kernels
import KernelsAVX2
import KernelsAVX512
import KernelsAVX512BF16
import KernelsBaseline
package import Tensors

/// The kernel builds that exist, best first, and the choice among them at run time.
package enum InstructionSet {
    /// Kernels this processor can run, fastest first; never empty.
    package static var available: [KernelTable] {
        var tables: [KernelTable] = []
        if wh_cpu_has_avx512() != 0 { tables.append(KernelsAVX512.kernelTable) }
        if wh_cpu_has_avx512_bf16() != 0 { tables.append(KernelsAVX512BF16.kernelTable) }
        if wh_cpu_has_avx2() != 0 { tables.append(KernelsAVX2.kernelTable) }
        tables.append(KernelsBaseline.kernelTable)
        return tables
    }

    /// Whether this processor has kernels for models of a precision.
    package static func supports(_ precision: Precision) -> Bool {
        best(for: precision) != nil
    }

    /// The fastest kernels for models of a precision; nil where this processor has none.
    static func best(for precision: Precision) -> KernelTable? {
        let tables = available.filter { $0.supports(precision) }
        return precision == .int8 ? tables.first(where: \.hasByteProducts) ?? tables.first : tables.first
    }

    /// Blocks of a convolution's output tile that suit the kernels for models of a precision.
    static func tileBlocks(for precision: Precision) -> Int { best(for: precision)?.tileBlocks ?? 1 }

    /// Whether one instruction of this processor multiplies and adds bytes, so that int8 is faster than floats.
    package static var hasByteProducts: Bool { available.contains(where: \.hasByteProducts) }

    /// The fastest kernels, or those named `name` (`avx512-bf16`, `avx512`, `avx2`, `neon`, `portable`).
    package static func select(_ name: String? = nil) throws(EngineError) -> KernelTable {
        let tables = available
        guard let name else { return tables[0] }
        guard let table = tables.first(where: { $0.name == name }) else {
            let names = tables.map(\.name).joined(separator: ", ")
            throw EngineError(.instructionSet, name, "not available on this processor; choose among \(names)")
        }
        return table
    }
}

extension KernelTable {
    /// Whether the kernels run models of a precision.
    func supports(_ precision: Precision) -> Bool { precision != .bf16 || hasBFloat16 }
}

extension ElementKind {
    /// How the feature maps of a model of a precision are stored.
    init(_ precision: Precision) {
        switch precision {
        case .f32: self = .float32
        case .bf16: self = .bfloat16
        case .int8: self = .uint8
        }
    }
}
