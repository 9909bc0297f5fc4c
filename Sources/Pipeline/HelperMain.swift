import CPlatform
import Foundation
package import Logging
import Media
import Synchronization
import WorkProtocol

/// The program `windhover helper`: does one task after the other for a coordinator, over standard input and output.
package enum HelperMain {
    /// Works until the coordinator is gone. Blocks; call it outside of Swift's cooperative threads.
    ///
    /// - Parameter logger: must write to standard error; standard output belongs to the protocol.
    /// - Returns: the exit code: 1 where it cannot work, or 64 when started by hand.
    package static func run(logger: Logger) -> Int32 {
        guard !ServingProcess.isAtTerminal else {
            logger.error("'windhover helper' is started by 'windhover detect', not by hand")
            return 64
        }
        guard let channel = ServingProcess.begin() else {
            logger.error("standard output and standard error must be open")
            return 1
        }
        do {
            try Helper(channel: channel).serve()
        } catch {
            logger.error("\(error)")
            return 1
        }
    }
}

/// One helper's life.
private final class Helper: Sendable {
    private let channel: PayloadChannel
    private let requests = Mailbox<HelperRequest>()
    private let isBusy = Atomic(false)

    private static let signOfLife: TimeInterval = 1

    init(channel: PayloadChannel) { self.channel = channel }

    func serve() throws -> Never {
        Thread.detachNewThread { [self] in receive() }
        Thread.detachNewThread { [self] in beat() }
        while true {
            for request in requests.take(waiting: 3600) { try handle(request) }
        }
    }

    /// Its own thread, so that the end of the coordinator ends a task, too.
    private func receive() {
        while let payload = try? channel.receive(), let request = try? HelperRequest(payload: payload) {
            requests.post(request)
        }
        wh_exit_now(0)
    }

    private func beat() {
        while true {
            Thread.sleep(forTimeInterval: Self.signOfLife)
            guard isBusy.load(ordering: .relaxed) else { continue }
            do {
                try channel.send(HelperReply.progress(packets: ReadingProgress.packets).payload())
            } catch {
                wh_exit_now(1)
            }
        }
    }

    private func handle(_ request: HelperRequest) throws {
        switch request {
        case .rules(let rules): rules.use()
        case .task(let task):
            isBusy.store(true, ordering: .relaxed)
            #if DEBUG
                PoisonFile.strike(task)
            #endif
            let answer = task.answer()
            isBusy.store(false, ordering: .relaxed)
            try channel.send(HelperReply.answer(answer).payload())
        }
    }
}

extension HelperTask {
    /// Does the task. Blocks.
    fileprivate func answer() -> HelperAnswer {
        do {
            switch self {
            case .plan(let path, let planner, let isLast): return .planned(planner.plan(path, isLast: isLast))
            case .expect(let path, let range, let selection):
                return .expected(try ExpectedFrames(path: path, range: range, selection: selection))
            case .join(let task): return try Self.written { try task.run() }
            case .overlay(let task): return try Self.written { try task.run() }
            }
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    private static func written(_ work: () throws -> [String]) rethrows -> HelperAnswer {
        let start = wh_thread_cpu_nanoseconds()
        let notes = try work()
        return .written(notes: notes, cpuTime: wh_thread_cpu_nanoseconds() - start)
    }
}

extension JoiningTask {
    fileprivate func run() throws -> [String] {
        try SegmentJoiner.join(
            segments: segments, source: source, output: output, container: container, isExcerpt: isExcerpt)
    }
}

extension OverlayTask {
    fileprivate func run() throws -> [String] {
        let events = try OverlayEventFile(path: events)
        return try OverlayMuxer.write(source: source, output: output, header: header) { try events.next() }
    }
}
