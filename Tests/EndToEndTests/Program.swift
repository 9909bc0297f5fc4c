import Foundation
import Testing

/// The built program, and a fresh folder to run it in.
final class Workplace: Sendable {
    /// What a finished program left behind.
    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var errors: String

        /// Lines on standard error.
        var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    }

    /// `windhover`, built beside the test bundle.
    static let program: URL = {
        let bundle = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return bundle.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("windhover")
    }()

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("windhover-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Runs the program in the folder to its end. Its cache is in the folder too.
    @discardableResult
    func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
        let running = try start(arguments, input: input)
        return running.finish()
    }

    /// Starts the program in the folder.
    func start(
        _ arguments: [String], input: Data = Data(), environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(Self.program, arguments, in: folder, input: input, environment: environment)
    }

    /// Runs another program in the folder; its status must be 0.
    @discardableResult
    func tool(_ name: String, _ arguments: [String]) throws -> String {
        let running = try RunningProgram(URL(fileURLWithPath: "/usr/bin/env"), [name] + arguments, in: folder)
        let outcome = running.finish()
        try #require(outcome.status == 0, "\(name): \(outcome.errors)")
        return outcome.output
    }

    func write(_ text: String, to path: String) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(path)), as: UTF8.self)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
    }
}

/// A program at work, its output collected in files so that no pipe can fill up.
final class RunningProgram {
    private let process = Process()
    private let output: URL
    private let errors: URL

    init(
        _ program: URL, _ arguments: [String], in folder: URL, input: Data = Data(), environment: [String: String] = [:]
    ) throws {
        let base = folder.appendingPathComponent(".captured-\(UUID().uuidString)")
        output = base.appendingPathExtension("out")
        errors = base.appendingPathExtension("err")
        let source = base.appendingPathExtension("in")
        for (url, data) in [(output, Data()), (errors, Data()), (source, input)] { try data.write(to: url) }
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(
            environment.merging(["XDG_CACHE_HOME": folder.appendingPathComponent("cache").path]) { _, new in new }
        ) { _, new in new }
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    func send(signal: Int32) { kill(identifier, signal) }

    func finish() -> Workplace.Outcome {
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        return Workplace.Outcome(
            status: isSignal ? 128 + process.terminationStatus : process.terminationStatus, output: text(output),
            errors: text(errors))
    }

    private func text(_ url: URL) -> String { (try? String(contentsOf: url, encoding: .utf8)) ?? "" }

    /// Process ids of the program's workers.
    var workers: [Int32] { processes("worker") }
    /// Process ids of the program's helpers.
    var helpers: [Int32] { processes("helper") }

    private func processes(_ role: String) -> [Int32] {
        Self.processes.filter { $0.parent == identifier && $0.role == role }.map(\.identifier)
    }

    /// Whether a worker or helper of this process id is still there (a zombie that nobody has collected does not count).
    static func isAlive(worker: Int32) -> Bool { processes.contains { $0.identifier == worker && $0.role != nil } }

    private struct Entry {
        var identifier: Int32
        var parent: Int32
        /// `worker` or `helper`, for a process that is one and lives.
        var role: String?
    }

    private static var processes: [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let identifier = Int32(name),
                let command = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
                let status = FileManager.default.contents(atPath: "/proc/\(name)/stat")
            else { return nil }
            let arguments = String(decoding: command, as: UTF8.self).split(separator: "\0")
            // "pid (name) state parent …"; the name may hold anything.
            let fields = String(decoding: status, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
            let serves = arguments.count == 2 && arguments[0].hasSuffix("windhover") && fields[0] != "Z"
            return Entry(identifier: identifier, parent: parent, role: serves ? String(arguments[1]) : nil)
        }
    }
}

/// Waits until `condition` holds, at most `seconds`; whether it came to hold.
func wait(seconds: Double, until condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
        if condition() { return true }
        Thread.sleep(forTimeInterval: 0.02)
    }
    return condition()
}
