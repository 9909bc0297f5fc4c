import Dispatch
import Synchronization

/// Events from any thread for the one that takes them. Posting never waits.
final class Mailbox<Event: Sendable>: Sendable {
    private let events = Mutex<[Event]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func post(_ event: Event) {
        events.withLock { $0.append(event) }
        arrived.signal()
    }

    /// Waits for events up to `seconds`; all that have arrived, in order, or none.
    func take(waiting seconds: Double) -> [Event] {
        _ = arrived.wait(timeout: .now() + seconds)
        return events.withLock { events in
            defer { events = [] }
            // Each event raised the semaphore once; one of them was waited for.
            for _ in events.dropFirst() { _ = arrived.wait(timeout: .now()) }
            return events
        }
    }
}
