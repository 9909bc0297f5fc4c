import Media
import Synchronization
import WorkProtocol

/// What a worker is doing, shared between its threads.
final class WorkerActivity: Sendable {
    /// How a worker is asked to end, in rising urgency.
    enum Stop: Int, Comparable {
        case none
        /// Drop the item in hand after the present frame.
        case afterFrame

        static func < (a: Stop, b: Stop) -> Bool { a.rawValue < b.rawValue }
    }

    private struct State {
        var stop = Stop.none
        var frames: [WorkItemID: Int] = [:]
        var coordinatorSpoke: SuspendingClock.Instant = .now
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// The worker shall end; to be looked at once a frame.
    var isStopping: Bool { state.withLock { $0.stop != .none } }

    func requestStop() { state.withLock { $0.stop = .afterFrame } }

    /// Set when nothing is left to wait for.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    func end() { state.withLock { $0.hasEnded = true } }

    func begin(_ item: WorkItemID) { state.withLock { $0.frames[item] = 0 } }

    func advance(_ item: WorkItemID) { state.withLock { $0.frames[item, default: 0] += 1 } }

    func finish(_ item: WorkItemID) { state.withLock { $0.frames[item] = nil } }

    /// How far the items in hand are.
    var progress: [ItemProgress] {
        let packets = ReadingProgress.packets
        return state.withLock { $0.frames }
            .map { ItemProgress(item: $0.key, frames: $0.value, packets: packets) }.sorted { $0.item < $1.item }
    }

    /// Notes a sign of life from the coordinator.
    func coordinatorSpoke() { state.withLock { $0.coordinatorSpoke = .now } }

    /// Time since the coordinator's last sign of life.
    var coordinatorSilence: Duration { state.withLock { $0.coordinatorSpoke }.duration(to: .now) }
}
