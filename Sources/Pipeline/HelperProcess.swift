import Logging
import Media
import Synchronization
import WorkProtocol

/// Why no helper came through with a task.
struct HelperFailure: Error {
    let end: WorkerEnd
    /// Another helper would come no further.
    var isFinal = false
}

/// One helper process, used by one thread at a time.
final class HelperProcess: Sendable {
    private let events = Mailbox<ChildProcess.Event>()
    private let input: AsyncStream<[UInt8]>.Continuation
    private let kills: AsyncStream<Void>.Continuation
    private let memory = Mutex<ProcessMemory?>(nil)

    /// Seconds between looks at memory and clock.
    private static let period = 0.25

    /// Starts the process.
    init(executable: String, rules: InputRules, logger: Logger) throws {
        let (stream, input) = AsyncStream.makeStream(of: [UInt8].self)
        let (killStream, kills) = AsyncStream.makeStream(of: Void.self)
        (self.input, self.kills) = (input, kills)
        let process = ChildProcess(
            name: "helper", executable: executable, arguments: ["helper"], input: stream, kills: killStream,
            logger: logger, post: { [events] in events.post($0) })
        Task.detached { await process.run() }
        try send(.rules(rules))
    }

    private func send(_ request: HelperRequest) throws {
        input.yield(try MessageFraming.frame(request.payload(), to: "helper"))
    }

    /// Has the task done, and waits for it. After an error the process is of no more use.
    /// - Parameter limits: seconds without a packet, bytes of memory.
    func perform(_ task: HelperTask, limits: HelperLimits) throws -> HelperAnswer {
        try send(.task(task))
        let clock = SuspendingClock()
        let start = clock.now
        var watch = HelperWatch(patience: task.isReading ? limits.patience : .infinity, at: 0)
        while true {
            for event in events.take(waiting: Self.period) {
                switch event {
                case .started(let process): memory.withLock { $0 = ProcessMemory(process: process) }
                case .ended(let end): throw HelperFailure(end: end)
                case .message(let payload):
                    switch try HelperReply(payload: payload) {
                    case .answer(let answer): return answer
                    case .progress(let packets): watch.note(packets: packets, at: start.seconds(to: clock.now))
                    }
                }
            }
            try check(&watch, start.seconds(to: clock.now), limits)
        }
    }

    private func check(_ watch: inout HelperWatch, _ now: Double, _ limits: HelperLimits) throws {
        if watch.isHanging(at: now) {
            let reason = "it has led nowhere for \(Int(watch.patience)) s: a damaged or hostile file"
            throw HelperFailure(end: .crashed(reason), isFinal: true)
        }
        guard let bytes = memory.withLock({ $0?.bytes }), bytes > limits.memory else { return }
        let reason = "it took more than the \(limits.memory >> 20) MiB of memory that it may take (--memory)"
        throw HelperFailure(end: .exhausted(reason), isFinal: true)
    }

    /// Lets the process go; it ends by itself.
    func dismiss() {
        input.finish()
        kills.finish()
    }

    /// Lets the process go and waits until it is gone, a moment at most.
    func end() {
        dismiss()
        for _ in 0..<20 {
            for case .ended in events.take(waiting: 0.1) { return }
        }
    }

    func kill() {
        kills.yield()
        dismiss()
    }
}

/// What a helper may take.
struct HelperLimits: Sendable, Hashable {
    /// Seconds without a packet read.
    var patience: Double
    /// Bytes.
    var memory: Int
    /// Helpers that a task may cost by crashing, and by being killed from outside.
    var crashes = 3
    var interruptions = 10
}

extension SuspendingClock.Instant {
    fileprivate func seconds(to other: SuspendingClock.Instant) -> Double { duration(to: other) / .seconds(1) }
}
