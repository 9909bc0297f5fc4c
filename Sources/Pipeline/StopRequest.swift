import Synchronization

/// The user's wish to stop, handed from a signal source to the run. Any thread may call it.
package final class StopRequest: Sendable {
    /// How urgent the wish is.
    package enum Level: Int, Sendable, Comparable {
        case none
        /// Finish the batches in hand.
        case graceful
        /// Drop everything; the journal has what is done.
        case immediate

        package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    private struct State {
        var level = Level.none
        var observer: (@Sendable (Level) -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Asks the run to finish the batches in hand and to stop then.
    package func requestGraceful() { raise(to: .graceful) }

    /// Asks the run to stop at once.
    package func requestImmediate() { raise(to: .immediate) }

    package var level: Level { state.withLock { $0.level } }

    /// Calls `observer` for a wish already made and for each later, stronger one.
    func observe(_ observer: @escaping @Sendable (Level) -> Void) {
        let level = state.withLock { state in
            state.observer = observer
            return state.level
        }
        if level != .none { observer(level) }
    }

    private func raise(to level: Level) {
        let observer = state.withLock { state -> (@Sendable (Level) -> Void)? in
            guard level > state.level else { return nil }
            state.level = level
            return state.observer
        }
        observer?(level)
    }
}
