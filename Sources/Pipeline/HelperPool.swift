import Foundation
import Journal
import Logging
import Media
import Synchronization

/// The helpers of a run: as many as there are tasks at the same time, kept for the next ones. Calls block and come from any thread.
final class HelperPool: Sendable {
    private struct State {
        var idle: [HelperProcess] = []
        var isClosed = false
    }

    private let executable: String
    private let rules: InputRules
    private let limits: HelperLimits
    private let logger: Logger
    private let state = Mutex(State())

    private static let idleAtMost = 4
    /// Seconds before another helper tries, doubled each time: what ends them may pass.
    private static let backOff = 0.05
    private static let longestWait = 1.0

    init(executable: String, rules: InputRules, limits: HelperLimits, logger: Logger) {
        (self.executable, self.rules, self.limits, self.logger) = (executable, rules, limits, logger)
    }

    /// The helpers of a request.
    convenience init(_ request: DetectRequest, logger: Logger) {
        // A server may be asked again a few times before a packet comes.
        let patience = max(LedgerLimits().stall, 4 * request.inputRules.patience)
        self.init(
            executable: request.executable, rules: request.inputRules,
            limits: HelperLimits(patience: patience, memory: request.memory), logger: logger)
    }

    /// Has a task done; by others again, where helpers end on the way, a few times.
    func perform(_ task: HelperTask) -> HelperAnswer {
        var (crashes, interruptions) = (0, 0)
        while true {
            do {
                return try attempt(task)
            } catch let failure as HelperFailure {
                if failure.end.isCrash { crashes += 1 } else { interruptions += 1 }
                let isOver = failure.isFinal || crashes >= limits.crashes || interruptions >= limits.interruptions
                guard !isOver, !state.withLock(\.isClosed) else { return .failed(reason: failure.end.reason) }
                logger.debug("\(task.subject): a helper was lost: \(failure.end.reason)")
                Thread.sleep(
                    forTimeInterval: min(Self.backOff * Double(1 << (crashes + interruptions)), Self.longestWait))
            } catch {
                return .failed(reason: "\(error)")
            }
        }
    }

    private func attempt(_ task: HelperTask) throws -> HelperAnswer {
        let helper = try idleHelper ?? HelperProcess(executable: executable, rules: rules, logger: logger)
        do {
            let answer = try helper.perform(task, limits: limits)
            giveBack(helper)
            return answer
        } catch {
            helper.kill()
            throw error
        }
    }

    /// One that waits for work, and lives.
    private var idleHelper: HelperProcess? {
        while let helper = state.withLock({ $0.idle.popLast() }) {
            guard helper.hasEnded else { return helper }
            helper.dismiss()
        }
        return nil
    }

    private func giveBack(_ helper: HelperProcess) {
        let isKept =
            !helper.hasEnded
            && state.withLock { state in
                guard !state.isClosed, state.idle.count < Self.idleAtMost else { return false }
                state.idle.append(helper)
                return true
            }
        if !isKept { helper.dismiss() }
    }

    /// Lets the helpers go that have nothing to do, and the others once they are done.
    func close() {
        let idle = state.withLock { state in
            defer { state = State(idle: [], isClosed: true) }
            return state.idle
        }
        for helper in idle { helper.end() }
    }
}

extension HelperPool {
    /// A video's plan.
    func plan(_ path: String, _ planner: VideoPlanner, isLast: Bool) -> PlanOutcome {
        switch perform(.plan(path: path, planner: planner, isLast: isLast)) {
        case .planned(let outcome): outcome
        case .failed(let reason): .failed(FileIdentity(path: path), reason: "looking at it failed: \(reason)")
        default: .failed(nil, reason: "a helper gave another answer than was asked for")
        }
    }

    /// The frames of a range as the file's packets announce them; nil where they cannot be read.
    func expectedFrames(of path: String, in range: FrameRange, _ selection: FrameSelection) -> ExpectedFrames? {
        guard case .expected(let frames) = perform(.expect(path: path, range: range, selection: selection)) else {
            return nil
        }
        return frames
    }

    /// Has a file written; what a person should know about it, and CPU time in nanoseconds.
    func write(_ task: HelperTask) throws -> (notes: [String], cpuTime: Int64) {
        switch perform(task) {
        case .written(let notes, let cpuTime): return (notes, cpuTime)
        case .failed(let reason):
            // Nobody is left to remove it.
            if let output = task.output { try? FileManager.default.removeItem(atPath: output + ".partial") }
            throw HelperError(reason: reason)
        default: throw HelperError(reason: "a helper gave another answer than was asked for")
        }
    }
}

/// One line.
struct HelperError: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
