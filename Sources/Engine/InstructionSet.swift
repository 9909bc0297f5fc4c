import CPlatform
package import Kernels
import KernelsAVX2
import KernelsAVX512
import KernelsBaseline

/// The kernel builds that exist, best first, and the choice among them at run time.
package enum InstructionSet {
    /// Kernels this processor can run, fastest first; never empty.
    package static var available: [KernelTable] {
        var tables: [KernelTable] = []
        if wh_cpu_has_avx512() != 0 { tables.append(KernelsAVX512.kernelTable) }
        if wh_cpu_has_avx2() != 0 { tables.append(KernelsAVX2.kernelTable) }
        tables.append(KernelsBaseline.kernelTable)
        return tables
    }

    /// The fastest kernels, or those named `name` (`avx512`, `avx2`, `neon`, `portable`).
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
