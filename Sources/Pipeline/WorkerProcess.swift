import Logging
import WorkProtocol

/// One worker process.
struct WorkerProcess: Sendable {
    let id: WorkerID
    let executable: String
    /// Framed messages for its standard input.
    let input: AsyncStream<[UInt8]>
    /// Yields once when the process is to be killed.
    let kills: AsyncStream<Void>
    let logger: Logger
    let post: @Sendable (RunEvent) -> Void

    /// Starts the process and passes messages until it has ended; always posts one `workerEnded`, as the last event, and `workerStarted` before
    /// where it starts.
    func run() async {
        let process = ChildProcess(
            name: "\(id)", executable: executable, arguments: ["worker"], input: input, kills: kills, logger: logger
        ) { [id, post] event throws(WorkProtocolError) in
            switch event {
            case .started(let process): post(.workerStarted(id, process: process))
            case .message(let payload): post(.message(id, try WorkerMessage(payload: payload)))
            case .ended(let end): post(.workerEnded(id, end))
            }
        }
        await process.run()
    }
}
