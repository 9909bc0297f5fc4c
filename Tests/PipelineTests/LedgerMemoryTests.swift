import Foundation
import Testing
import WorkProtocol

@testable import Pipeline

/// What the ledger does where workers take too much memory.
struct LedgerMemoryTests {
    private let one = WorkerID(number: 1)
    private let two = WorkerID(number: 2)
    private let three = WorkerID(number: 3)

    /// All workers are ready and have one item each, of a single frame.
    private func ledger(workers: Int, memory: Int, items: Int64 = 9) -> BatchLedger {
        var limits = LedgerLimits()
        (limits.workers, limits.memory, limits.leases) = (workers, memory, 1)
        var ledger = BatchLedger(limits: limits)
        let items = (1...items).map { LedgerItem(id: WorkItemID($0), rank: 0) }
        _ = ledger.handle(.added(items), at: 0)
        for number in 1...workers { _ = ledger.handle(.workerReady(WorkerID(number: number)), at: 0) }
        return ledger
    }

    private func isCrowding(_ action: BatchLedger.Action?, _ id: WorkerID) -> Bool {
        if case .kill(id, .crowded) = action { true } else { false }
    }

    @Test func nothingHappensWhileThereIsEnough() {
        var ledger = ledger(workers: 2, memory: 1000)
        #expect(ledger.handle(.weighed([one: 400, two: 600]), at: 1) == [])
        #expect(ledger.handle(.weighed([:]), at: 2) == [])
        #expect(ledger.room == 2)
    }

    @Test func theHeaviestIsEndedWithoutBlameAndFewerGoOn() throws {
        var ledger = ledger(workers: 3, memory: 1000)
        let actions = ledger.handle(.weighed([one: 300, two: 450, three: 300]), at: 1)
        #expect(actions.count == 1 && isCrowding(actions.first, two))
        #expect(ledger.room == 2)
        // It is as good as gone.
        #expect(ledger.handle(.weighed([one: 300, two: 450, three: 300]), at: 1.2) == [])
        let after = ledger.handle(.workerEnded(two, .interrupted("signal 9")), at: 1.3)
        guard case .requeue(WorkItemID(2), .crowded) = after.first else {
            Issue.record("\(after)")
            return
        }
        // There are two, so nobody takes its place.
        #expect(!ledger.handle(.tick, at: 20).contains { if case .spawn = $0 { true } else { false } })
        #expect(ledger.pending.count == 7 && !ledger.isSuspect(WorkItemID(2)))
    }

    @Test func asManyGoOnAsThereIsRoomForTheHeaviest() {
        var ledger = ledger(workers: 3, memory: 1000)
        #expect(isCrowding(ledger.handle(.weighed([one: 100, two: 800, three: 200]), at: 1).first, two))
        #expect(ledger.room == 1)
        _ = ledger.handle(.workerEnded(two, .interrupted("signal 9")), at: 1.1)
        // Nobody gets work until the others are done; who is done leaves.
        #expect(ledger.handle(.settled(WorkItemID(1), by: one), at: 2) == [.accept(WorkItemID(1)), .dismiss(one)])
        #expect(ledger.handle(.settled(WorkItemID(3), by: three), at: 3) == [.accept(WorkItemID(3))])
        let alone = ledger.handle(.workerEnded(one, .interrupted("exit 0")), at: 3.1)
        #expect(alone.count == 1 && ledger.workers[three]?.leases.count == 1, "\(alone)")
    }

    @Test func whoIsAloneIsToBlame() {
        var ledger = ledger(workers: 1, memory: 1000 << 20)
        let actions = ledger.handle(.weighed([one: 1000 << 20 + 1]), at: 1)
        let verdict = WorkerEnd.exhausted(
            "it took 1001 MiB of memory, more than the 1000 MiB that workers may take (--memory)")
        #expect(actions == [.kill(one, verdict)])
        #expect(
            ledger.handle(.workerEnded(one, .interrupted("signal 9")), at: 1.1).first
                == .requeue(WorkItemID(1), verdict))
    }

    @Test func whoHasNothingToDoGoesFirstWhereThatHelps() {
        var ledger = ledger(workers: 2, memory: 1000, items: 2)
        _ = ledger.handle(.settled(WorkItemID(1), by: one), at: 1)
        var other = ledger
        #expect(isCrowding(ledger.handle(.weighed([one: 300, two: 800]), at: 2).first, one))
        #expect(isCrowding(other.handle(.weighed([one: 300, two: 1200]), at: 2).first, two))
    }

    @Test func workersThatTakeTooMuchBeforeTheyAreReadyEndTheRun() {
        var limits = LedgerLimits()
        limits.memory = 100
        var ledger = BatchLedger(limits: limits)
        var now = 0.0
        var actions = ledger.handle(.added([LedgerItem(id: WorkItemID(1), rank: 0)]), at: now)
        for number in 1...limits.failedStarts {
            #expect(actions == [.spawn(WorkerID(number: number))])
            _ = ledger.handle(.weighed([WorkerID(number: number): 200]), at: now + 0.5)
            actions = ledger.handle(.workerEnded(WorkerID(number: number), .interrupted("signal 9")), at: now + 1)
            guard number < limits.failedStarts else { break }
            now += 60
            actions = ledger.handle(.tick, at: now)
        }
        guard case .abandon(let reason) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(reason.contains("that workers may take (--memory)"))
    }

    @Test func afterAWhileMoreWorkAgain() throws {
        var ledger = ledger(workers: 2, memory: 1000, items: 20)
        _ = ledger.handle(.weighed([one: 500, two: 600]), at: 1)
        _ = ledger.handle(.workerEnded(two, .interrupted("signal 9")), at: 1.1)
        #expect(ledger.room == 1)
        // The first one is the one before, the second one that which was given back.
        var actions: [BatchLedger.Action] = []
        for now in 2...4 {
            let item = try #require(ledger.workers[one]?.leases.first)
            #expect(ledger.room == 1)
            actions = ledger.handle(.settled(item.id, by: one), at: Double(now))
        }
        #expect(ledger.room == 2 && actions.contains(.spawn(three)))
    }

    @Test func whatTookTooMuchComesFirstWhereOneWorksAtATime() throws {
        var limits = LedgerLimits()
        (limits.workers, limits.memory, limits.leases) = (3, 1000, 1)
        var ledger = BatchLedger(limits: limits)
        let items = (1...9).map { LedgerItem(id: WorkItemID($0), rank: $0 <= 6 ? 0 : 1) }
        _ = ledger.handle(.added(items), at: 0)
        for id in [one, two, three] { _ = ledger.handle(.workerReady(id), at: 0) }
        let greedy = try #require(ledger.workers[three]?.leases.first)
        #expect(isCrowding(ledger.handle(.weighed([one: 100, two: 100, three: 900]), at: 1).first, three))
        _ = ledger.handle(.workerEnded(three, .interrupted("signal 9")), at: 1.1)
        for id in [one, two] {
            let item = try #require(ledger.workers[id]?.leases.first)
            _ = ledger.handle(.settled(item.id, by: id), at: 2)
        }
        // One of the two was told to go; the other one waits for that.
        _ = ledger.handle(.workerEnded(one, .interrupted("exit 0")), at: 3)
        #expect(ledger.workers[two]?.leases == [greedy])
        // It is found out at once; then twice as many work again each time.
        _ = ledger.handle(.weighed([two: 1100]), at: 4)
        #expect(ledger.ceiling == 3)
        let after = ledger.handle(.workerEnded(two, .interrupted("signal 9")), at: 4.1)
        guard case .requeue(greedy.id, .exhausted) = after.first else {
            Issue.record("\(after)")
            return
        }
    }

    @Test func memoryIsReadFromTheSystem() throws {
        let text =
            "Name:\twindhover\nVmRSS:\t   9000 kB\nRssAnon:\t    2048 kB\nRssFile:\t 6952 kB\nVmSwap:\t    1024 kB\n"
        #expect(ProcessMemory.bytes(in: text) == 3 << 20)
        #expect(ProcessMemory.bytes(in: "Name:\tzombie\nState:\tZ (zombie)\n") == nil)
        #expect(ProcessMemory(process: -1).bytes == nil)
        let own = ProcessInfo.processInfo.processIdentifier
        #expect(try #require(ProcessMemory(process: own).bytes) > 1 << 20)
    }
}
