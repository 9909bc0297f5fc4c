import ArgumentParser
import Foundation

/// Memory that worker processes may take together.
enum MemoryBudget {
    /// Bytes: three quarters of what the machine has or its control groups grant. The rest is for the coordinator, other programs and the
    /// cache of files.
    static var bytes: Int {
        bytes(physical: Int(clamping: ProcessInfo.processInfo.physicalMemory), limit: ControlGroup.memory())
    }

    static func bytes(physical: Int, limit: Int?) -> Int { min(physical, limit ?? physical) / 4 * 3 }
}

/// An amount of memory as people write it: `8G`, `1.5G`, `800M`; a number alone is bytes. K is 1024 bytes, and so on.
struct MemorySize: ExpressibleByArgument, Hashable, Sendable {
    /// Not negative.
    let bytes: Int

    init?(argument: String) {
        let digits = argument.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits), number.isFinite else { return nil }
        guard let power = Self.powers[argument.dropFirst(digits.count).lowercased()] else { return nil }
        let bytes = number * Double(sign: .plus, exponent: 10 * power, significand: 1)
        guard bytes < Double(Int.max) else { return nil }
        self.bytes = Int(bytes)
    }

    private static let powers = [
        "": 0, "b": 0, "k": 1, "kb": 1, "kib": 1, "m": 2, "mb": 2, "mib": 2, "g": 3, "gb": 3, "gib": 3, "t": 4, "tb": 4,
        "tib": 4,
    ]
}

/// How much memory workers may take.
struct MemoryArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory that all workers together may take, such as 8G or 800M. Where they take more, fewer work at a time; a frame that takes "
                + "more alone is listed as undecodable. Default: three quarters of the memory there is.",
            valueName: "size"))
    var memory: MemorySize?

    /// With less no worker gets anywhere.
    private static let least = 64 << 20

    /// Bytes.
    func checked() throws(CommandError) -> Int {
        guard let memory else { return MemoryBudget.bytes }
        guard memory.bytes >= Self.least else {
            throw .usage("--memory is too little for a worker; give at least 64M, such as 2G")
        }
        return memory.bytes
    }
}
