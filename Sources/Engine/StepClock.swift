import Synchronization

/// Times each step of a session's runs while it is switched on.
final class StepClock: Sendable {
    private let isOn = Atomic<Bool>(false)
    private let times: Mutex<Times>

    private struct Times {
        var last = ContinuousClock.now
        var fastest: [Duration]
    }

    init(steps: Int) { times = Mutex(Times(fastest: Array(repeating: .seconds(3600), count: steps))) }

    /// Whether runs are to be timed.
    var measures: Bool { isOn.load(ordering: .relaxed) }

    /// Says that a run begins.
    func start() {
        times.withLock { $0.last = .now }
    }

    /// Says that `step` is over, and keeps its time, from the end of the step before, where it is the fastest so far.
    func recordEnd(of step: Int) {
        times.withLock {
            let now = ContinuousClock.now
            $0.fastest[step] = min($0.fastest[step], $0.last.duration(to: now))
            $0.last = .now
        }
    }

    /// The fastest run of each step during `body`.
    func measure(_ body: () -> Void) -> [Duration] {
        isOn.store(true, ordering: .relaxed)
        body()
        isOn.store(false, ordering: .relaxed)
        return times.withLock { $0.fastest }
    }
}
