import Logging
import WorkProtocol

/// The worker processes of a run: started, spoken to and killed by number. Belongs to the coordinator's thread; what
/// workers say comes as events.
struct WorkerPool {
    private struct Handle {
        let input: AsyncStream<[UInt8]>.Continuation
        let kills: AsyncStream<Void>.Continuation
        var process: ProcessMemory?
    }

    private let executable: String
    private let logger: Logger
    private let post: @Sendable (RunEvent) -> Void
    private var handles: [WorkerID: Handle] = [:]

    init(executable: String, logger: Logger, post: @escaping @Sendable (RunEvent) -> Void) {
        self.executable = executable
        self.logger = logger
        self.post = post
    }

    /// Starts a worker; `workerEnded` comes in any case, later.
    mutating func spawn(_ id: WorkerID) {
        let (input, inputContinuation) = AsyncStream.makeStream(of: [UInt8].self)
        let (kills, killContinuation) = AsyncStream.makeStream(of: Void.self)
        handles[id] = Handle(input: inputContinuation, kills: killContinuation)
        let process = WorkerProcess(
            id: id, executable: executable, input: input, kills: kills, logger: logger, post: post)
        Task.detached { await process.run() }
    }

    /// Sends a message; one to a worker that is gone is dropped.
    func send(_ message: CoordinatorMessage, to id: WorkerID) throws(WorkProtocolError) {
        guard let handle = handles[id] else { return }
        handle.input.yield(try MessageFraming.frame(message.payload(), to: "\(id)"))
    }

    /// The worker runs as this process.
    mutating func note(_ id: WorkerID, _ process: Int32) { handles[id]?.process = ProcessMemory(process: process) }

    /// What each worker takes of the memory, bytes.
    var memory: [WorkerID: Int] { handles.compactMapValues { $0.process?.bytes } }

    func kill(_ id: WorkerID) { handles[id]?.kills.yield() }

    /// Tells all workers that the coordinator is alive.
    func sendHeartbeats() throws(WorkProtocolError) {
        for id in handles.keys { try send(.heartbeat, to: id) }
    }

    mutating func forget(_ id: WorkerID) {
        guard let handle = handles.removeValue(forKey: id) else { return }
        handle.input.finish()
        handle.kills.finish()
    }
}
