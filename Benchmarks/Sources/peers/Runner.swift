import Foundation

/// A program that times inferences on request: it prints a JSON object when it is ready, then for each line with a number n an
/// array of n durations in seconds.
final class Runner {
    let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()
    private(set) var durations: [Double] = []

    /// Starts `command` on the first `threads` processors; nil where it does not get ready.
    init?(name: String, command: [String], threads: Int) {
        self.name = name
        let pinned = ["taskset", "--cpu-list", "0-\(threads - 1)"] + command
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = pinned
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return nil }
        while let line = nextLine() {
            if line.hasPrefix("{") { return }
        }
        return nil
    }

    /// Runs `count` inferences and keeps their durations.
    func burst(_ count: Int) {
        input.fileHandleForWriting.write(Data("\(count)\n".utf8))
        guard let line = nextLine(), let times = try? JSONDecoder().decode([Double].self, from: Data(line.utf8)) else {
            return
        }
        durations += times
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func nextLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer = Data(buffer[buffer.index(after: end)...])
                return line
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { return nil }
            buffer.append(data)
        }
    }
}
