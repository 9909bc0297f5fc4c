import Foundation

/// The memory of a running process, as the kernel counts it (proc(5), `/proc/PID/status`).
struct ProcessMemory: Hashable, Sendable {
    private let path: String

    init(process: Int32) { path = "/proc/\(process)/status" }

    /// Bytes that only the end of the process would give back: in memory (without mapped files, which the kernel can drop) and in swap.
    /// nil where the process is gone or the system has no such file.
    var bytes: Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return Self.bytes(in: text)
    }

    /// Of the file's text: `RssAnon:      1234 kB` and `VmSwap:`. Those who have ended have neither.
    static func bytes(in status: String) -> Int? {
        let counted = status.split(separator: "\n").filter { $0.hasPrefix("RssAnon:") || $0.hasPrefix("VmSwap:") }
        let kibibytes = counted.compactMap {
            $0.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        }
        return kibibytes.isEmpty ? nil : kibibytes.reduce(0, +) << 10
    }
}
