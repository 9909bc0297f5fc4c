import Dispatch
import Synchronization

/// Hands elements from one thread to another in order; the sender waits while `capacity` elements are on the way.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init(capacity: Int) {
        // Raised from 0 instead of starting there: a semaphore must not be dropped below its first value.
        for _ in 0..<capacity { free.signal() }
    }

    /// Waits for room and appends; false where the queue is closed, and the element is dropped.
    func push(_ element: Element) -> Bool {
        free.wait()
        let isOpen = state.withLock { state in
            if !state.isClosed { state.elements.append(element) }
            return !state.isClosed
        }
        if isOpen { filled.signal() } else { free.signal() }
        return isOpen
    }

    /// Waits for an element; nil where the queue is closed and empty.
    func pop() -> Element? {
        filled.wait()
        let element = state.withLock { state in state.elements.isEmpty ? nil : state.elements.removeFirst() }
        if element == nil { filled.signal() } else { free.signal() }
        return element
    }

    /// Lets no more in, and drops what is on the way if asked to. Wakes all who wait.
    func close(dropping: Bool = false) {
        let isFirst = state.withLock { state in
            if dropping { state.elements.removeAll() }
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst || dropping else { return }
        // One extra permit each; whoever gets it passes it on.
        filled.signal()
        free.signal()
    }
}
