import Foundation
import Testing

@testable import Worker

struct BoundedQueueTests {
    @Test func elementsArriveInOrderThroughASmallQueue() {
        let queue = BoundedQueue<Int>(capacity: 2)
        Thread.detachNewThread {
            for value in 0..<1000 { #expect(queue.push(value)) }
            queue.close()
        }
        var received: [Int] = []
        while let value = queue.pop() { received.append(value) }
        #expect(received == Array(0..<1000))
        #expect(queue.pop() == nil)
        #expect(!queue.push(1))
    }

    @Test func closingKeepsOrDropsWhatIsOnTheWay() {
        let kept = BoundedQueue<Int>(capacity: 4)
        #expect(kept.push(1) && kept.push(2))
        kept.close()
        #expect(kept.pop() == 1)
        kept.close(dropping: true)
        #expect(kept.pop() == nil)
    }

    @Test func closingWakesSendersAndReceivers() {
        let queue = BoundedQueue<Int>(capacity: 1)
        let done = DispatchSemaphore(value: 0)
        #expect(queue.push(0))
        for _ in 0..<3 {
            Thread.detachNewThread {
                _ = queue.push(1)
                done.signal()
            }
        }
        let empty = BoundedQueue<Int>(capacity: 1)
        for _ in 0..<3 {
            Thread.detachNewThread {
                _ = empty.pop()
                done.signal()
            }
        }
        Thread.sleep(forTimeInterval: 0.05)
        queue.close(dropping: true)
        empty.close()
        for _ in 0..<6 { #expect(done.wait(timeout: .now() + 5) == .success) }
    }
}
