import Foundation
import Synchronization
import Testing

@testable import Engine

/// Threads that run steps together, more of them than the machine has processors, too.
@Suite("Thread teams")
struct ThreadTeamTests {
    /// What the parts of a job have done.
    private final class Record: Sendable {
        /// Parts done of all steps so far.
        let parts = Atomic<Int>(0)
        let ended = Atomic<Int>(0)
        let outOfOrder = Atomic<Int>(0)
    }

    @Test("each part once, steps in order, and none before the one before is over", arguments: [1, 2, 3, 8])
    func order(size: Int) {
        let (steps, jobs) = (7, 400)
        let record = Record()
        let seen = Mutex(Array(repeating: 0, count: steps * size))
        let team = ThreadTeam(size: size, steps: steps) { step, part, thread in
            // Before a part of step n, all parts of n steps are done, and fewer than all of one more.
            let earlier = record.parts.load(ordering: .sequentiallyConsistent) % (steps * size)
            if earlier < step * size || earlier >= (step + 1) * size || thread >= size {
                record.outOfOrder.add(1, ordering: .relaxed)
            }
            seen.withLock { $0[step * size + part] += 1 }
            record.parts.add(1, ordering: .sequentiallyConsistent)
        } stepEnded: { step in
            if record.ended.add(1, ordering: .relaxed).oldValue % steps != step {
                record.outOfOrder.add(1, ordering: .relaxed)
            }
        }
        for job in 1...jobs {
            team.run()
            #expect(record.parts.load(ordering: .relaxed) == job * steps * size)
            // Long enough for the others to fall asleep, at times.
            if job % 100 == 0 { Thread.sleep(forTimeInterval: 0.005) }
        }
        #expect(record.outOfOrder.load(ordering: .relaxed) == 0)
        #expect(seen.withLock { $0 } == Array(repeating: jobs, count: steps * size))
    }

    @Test("a job without steps returns")
    func nothing() {
        ThreadTeam(size: 2, steps: 0) { _, _, _ in
        } stepEnded: { _ in
        }.run()
    }

    @Test("teams that come and go")
    func manyTeams() {
        let parts = Atomic<Int>(0)
        for _ in 0..<100 {
            let team = ThreadTeam(size: 4, steps: 2) { _, _, _ in
                parts.add(1, ordering: .relaxed)
            } stepEnded: { _ in
            }
            team.run()
        }
        #expect(parts.load(ordering: .relaxed) == 800)
    }
}
