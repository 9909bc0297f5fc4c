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
    private let state = Mutex(State())

    private struct State {
        var memory: ProcessMemory?
        var end: WorkerEnd?
        var hasAnswered = false
    }

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
        var watch = HelperWatch(patience: task.slowness * limits.patience, at: 0)
        while true {
            var answer: HelperAnswer?
            // To the last one: the end may come right behind the answer.
            for event in events.take(waiting: Self.period) {
                guard case .message(let payload) = event else {
                    note(event)
                    continue
                }
                switch try HelperReply(payload: payload) {
                case .answer(let given): answer = given
                case .progress(let packets): watch.note(packets: packets, at: start.seconds(to: clock.now))
                }
            }
            if let answer {
                state.withLock { $0.hasAnswered = true }
                return answer
            }
            if let end = state.withLock(\.end) { throw HelperFailure(end: end) }
            try check(&watch, start.seconds(to: clock.now), limits)
        }
    }

    private func note(_ event: ChildProcess.Event) {
        state.withLock { state in
            switch event {
            case .started(let process): state.memory = ProcessMemory(process: process)
            case .ended(let end): state.end = end
            case .message: break
            }
        }
    }

    /// Whether the process has ended, as far as is known without waiting.
    var hasEnded: Bool {
        events.take(waiting: 0).forEach(note)
        return state.withLock { $0.end != nil }
    }

    private func check(_ watch: inout HelperWatch, _ now: Double, _ limits: HelperLimits) throws {
        if watch.isHanging(at: now) {
            let reason = "it has led nowhere for \(Int(watch.patience)) s: a damaged or hostile file"
            throw HelperFailure(end: .crashed(reason), isFinal: true)
        }
        let (memory, hasAnswered) = state.withLock { ($0.memory, $0.hasAnswered) }
        guard let bytes = memory?.bytes, bytes > limits.memory else { return }
        let reason = "it took more than the \(limits.memory >> 20) MiB of memory that it may take (--memory)"
        // What an earlier task left is not this one's fault.
        throw HelperFailure(end: .exhausted(reason), isFinal: !hasAnswered)
    }

    /// Lets the process go; it ends by itself.
    func dismiss() {
        input.finish()
        kills.finish()
    }

    /// Lets the process go and waits until it is gone, a moment at most.
    func end() {
        dismiss()
        for _ in 0..<20 where !hasEnded { events.take(waiting: 0.1).forEach(note) }
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
