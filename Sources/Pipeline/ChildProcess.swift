import Logging
import Subprocess
import Synchronization
import SystemPackage
import WorkProtocol

/// One child process that speaks framed messages: its pipes, its end.
struct ChildProcess: Sendable {
    enum Event: Sendable {
        case started(process: Int32)
        case message([UInt8])
        /// Always comes, and last.
        case ended(WorkerEnd)
    }

    /// What messages about it call it.
    let name: String
    let executable: String
    let arguments: [String]
    /// Framed messages for its standard input.
    let input: AsyncStream<[UInt8]>
    /// Yields once when the process is to be killed.
    let kills: AsyncStream<Void>
    let logger: Logger
    /// What it throws about a message ends the process.
    let post: @Sendable (Event) throws(WorkProtocolError) -> Void

    private typealias Running = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    /// Starts the process and passes messages until it has ended.
    func run() async {
        let errors = StandardErrorTail()
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable)), arguments: Arguments(arguments), environment: Self.environment,
                input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                try post(.started(process: execution.processIdentifier.value))
                return await pump(execution, errors)
            }
            let end = WorkerEnd(result.terminationStatus, errors.last)
            try post(.ended(result.closureResult.map(WorkerEnd.crashed) ?? end))
        } catch {
            let command = ([executable] + arguments).joined(separator: " ")
            try? post(.ended(.crashed("'\(command)' cannot be started: \(error)")))
        }
    }

    private static var environment: Environment {
        let variables = WorkerEnvironment.variables().map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        return .custom(Dictionary(uniqueKeysWithValues: variables))
    }

    /// Runs all pipes until standard output ends; what was wrong with the messages, if anything.
    private func pump(_ execution: Running, _ errors: StandardErrorTail) async -> String? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await write(execution.standardInputWriter) }
            group.addTask { await obeyKills(execution) }
            group.addTask { await readErrors(execution.standardError, errors) }
            let trouble = await readMessages(execution.standardOutput)
            if trouble != nil { try? execution.send(signal: .kill) }
            group.cancelAll()
            return trouble
        }
    }

    private func write(_ writer: StandardInputWriter) async {
        for await bytes in input {
            // A process that is gone is noticed at its standard output.
            guard (try? await writer.write(bytes)) != nil else { return }
        }
        try? await writer.finish()
    }

    private func obeyKills(_ execution: Running) async {
        for await _ in kills { try? execution.send(signal: .kill) }
    }

    private func readMessages(_ output: SubprocessOutputSequence) async -> String? {
        var buffer = MessageBuffer(peer: name)
        do {
            for try await chunk in output {
                buffer.append(chunk.array)
                while let payload = try buffer.next() { try post(.message(payload)) }
            }
            return nil
        } catch let error as WorkProtocolError {
            return error.description
        } catch {
            return nil
        }
    }

    private func readErrors(_ output: SubprocessOutputSequence, _ errors: StandardErrorTail) async {
        do {
            for try await line in output.strings() where !line.isEmpty {
                errors.keep(line)
                logger.debug("\(name): \(line)")
            }
        } catch {
            logger.debug("\(name): standard error: \(error)")
        }
    }
}

/// The last line that a process wrote to standard error: the best reason there is when it crashes.
private final class StandardErrorTail: Sendable {
    private let line = Mutex<String?>(nil)

    var last: String? { line.withLock { $0 } }

    func keep(_ line: String) { self.line.withLock { $0 = line } }
}

extension SubprocessOutputSequence.Buffer {
    fileprivate var array: [UInt8] {
        let bytes = Span<UInt8>(_bytes: bytes)
        return bytes.indices.map { bytes[$0] }
    }
}

extension WorkerEnd {
    /// What a process's status says; `lastLine` is what it wrote to standard error last.
    fileprivate init(_ status: TerminationStatus, _ lastLine: String?) {
        let words = lastLine.map { ": \($0)" } ?? ""
        switch status {
        case .exited(0): self = .interrupted("the process left")
        case .exited(let code): self = .crashed("the process ended with status \(code)\(words)")
        case .signaled(let signal) where [2, 9, 15].contains(signal):
            self = .interrupted("the process was killed by signal \(signal)")
        case .signaled(let signal): self = .crashed("the process crashed with signal \(signal)\(words)")
        }
    }
}
