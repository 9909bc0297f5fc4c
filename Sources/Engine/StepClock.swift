import Synchronization

/// Times each step of a session's runs while it is switched on; written by the first thread of the team only.
final class StepClock: Sendable {
    private let isOn = Atomic<Bool>(false)
    private let fastest: Mutex<[Duration]>

    init(steps: Int) { fastest = Mutex(Array(repeating: .seconds(3600), count: steps)) }

    /// Whether runs are to be timed.
    var measures: Bool { isOn.load(ordering: .relaxed) }

    /// Keeps the faster of `duration` and the step's fastest run so far.
    func record(_ duration: Duration, step: Int) {
        fastest.withLock { $0[step] = min($0[step], duration) }
    }

    /// The fastest run of each step during `body`.
    func measure(_ body: () -> Void) -> [Duration] {
        isOn.store(true, ordering: .relaxed)
        body()
        isOn.store(false, ordering: .relaxed)
        return fastest.withLock { $0 }
    }
}
