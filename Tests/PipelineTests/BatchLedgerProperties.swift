import TestSupport
import Testing
import WorkProtocol

@testable import Pipeline

/// As `#expect`, but cheap where it holds: these are called millions of times.
private func check(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { Issue.record(Comment(rawValue: message())) }
}

/// A small world around the ledger: workers that come up, deliver, crash, hang and are killed in an order that depends
/// on a seed only.
private struct LedgerWorld {
    var ledger: BatchLedger
    var random: SeededGenerator
    var now = 0.0
    /// What each worker holds, in order, as the actions said.
    var held: [WorkerID: [WorkItemID]] = [:]
    var starting: Set<WorkerID> = []
    var dismissed: Set<WorkerID> = []
    var doomed: Set<WorkerID> = []
    var added: Set<WorkItemID> = []
    var left: Set<WorkItemID> = []
    var leftTwice = 0
    var givenUp: Set<WorkItemID> = []
    let poison: Set<WorkItemID>
    let total: Int
    let misfortune: Int
    var abandoned = false

    init(seed: UInt64) {
        random = SeededGenerator(seed)
        var limits = LedgerLimits()
        limits.workers = 1 + Int(random.next() % 4)
        limits.leases = 1 + Int(random.next() % 3)
        ledger = BatchLedger(limits: limits)
        total = Int(random.next() % 40)
        misfortune = Int(random.next() % 4)
        var poison: Set<WorkItemID> = []
        for id in 0..<Int64(total) where random.next() % 8 == 0 { poison.insert(WorkItemID(id)) }
        self.poison = poison
    }

    mutating func feed(_ event: BatchLedger.Event) {
        for action in ledger.handle(event, at: now) { perform(action) }
        checkInvariants()
    }

    private mutating func perform(_ action: BatchLedger.Action) {
        switch action {
        case .spawn(let id): starting.insert(id)
        case .assign(let item, let id):
            check(!held.values.contains { $0.contains(item) }, "\(item) is leased twice")
            check(!left.contains(item), "\(item) is handed out after it left")
            held[id, default: []].append(item)
        case .accept(let item): leave(item)
        case .giveUp(let item, _):
            leave(item)
            givenUp.insert(item)
        case .requeue: break
        case .dismiss(let id): dismissed.insert(id)
        case .kill(let id, _): doomed.insert(id)
        case .abandon: abandoned = true
        }
    }

    private mutating func leave(_ item: WorkItemID) {
        if !left.insert(item).inserted { leftTwice += 1 }
    }

    private func checkInvariants() {
        check(leftTwice == 0, "an item left twice")
        check(ledger.workers.count <= ledger.limits.workers, "too many workers")
        check(ledger.workers.values.allSatisfy { $0.leases.count <= ledger.limits.leases }, "too many leases")
        check(added.count == left.count + ledger.openItems, "an item is lost or doubled")
    }

    /// One thing happens.
    mutating func step() {
        now += Double(random.next() % 1000) / 500
        let alive = (Set(held.keys).union(starting).union(dismissed)).sorted()
        switch random.next() % 10 {
        case 0 where added.count < total: add()
        case 1: feed(.tick)
        case _ where alive.isEmpty: feed(.tick)
        default: act(alive[Int(random.next() % UInt64(alive.count))])
        }
    }

    private mutating func add() {
        let count = min(total - added.count, 1 + Int(random.next() % 5))
        // Some of one video in a row, as batches are; some segments.
        let (rank, isChain, isSegment) = (Int(random.next() % 3), random.next() % 2 == 0, random.next() % 4 == 0)
        let items = (0..<count).map { index in
            let id = Int64(added.count + index)
            return LedgerItem(
                id: WorkItemID(id), rank: rank, predecessor: isChain && index > 0 ? WorkItemID(id - 1) : nil,
                isSegment: isSegment)
        }
        added.formUnion(items.map(\.id))
        feed(.added(items))
    }

    private mutating func act(_ id: WorkerID) {
        if doomed.contains(id) { return end(id, .interrupted("killed")) }
        if dismissed.contains(id) { return end(id, .interrupted("exit 0")) }
        if starting.remove(id) != nil {
            held[id] = []
            return feed(.workerReady(id))
        }
        guard let item = held[id]?.first else { return feed(.workerSpoke(id, [])) }
        if poison.contains(item) { return end(id, .crashed("signal 11")) }
        if Int(random.next() % 30) < misfortune { return end(id, .interrupted("SIGKILL")) }
        held[id]?.removeFirst()
        feed(.settled(item, by: id))
        if random.next() % 5 == 0 { feed(.settled(item, by: id)) }
    }

    private mutating func end(_ id: WorkerID, _ end: WorkerEnd) {
        held[id] = nil
        starting.remove(id)
        dismissed.remove(id)
        doomed.remove(id)
        feed(.workerEnded(id, end))
    }
}

struct BatchLedgerProperties {
    @Test func everyItemLeavesOnceAndTheRunEnds() {
        for seed in 0..<400 as Range<UInt64> {
            var world = LedgerWorld(seed: seed)
            var steps = 0
            while world.added.count < world.total || world.ledger.openItems > 0, steps < 20_000 {
                world.step()
                steps += 1
            }
            #expect(world.left.count == world.total, "seed \(seed) does not end")
            #expect(world.poison.isSubset(of: world.givenUp), "seed \(seed)")
            if world.misfortune == 0 { #expect(world.poison == world.givenUp, "seed \(seed)") }
            world.feed(.drained)
            while !world.ledger.isFinished, steps < 40_000 {
                world.step()
                steps += 1
            }
            #expect(world.ledger.isFinished && !world.abandoned, "seed \(seed) does not finish")
        }
    }

    @Test func aStopAtAnyMomentEndsAndKeepsTheCount() {
        for seed in 0..<400 as Range<UInt64> {
            var world = LedgerWorld(seed: seed)
            for _ in 0..<Int(world.random.next() % 200) { world.step() }
            world.feed(seed % 2 == 0 ? .stop : .stopNow)
            let handedOut = world.held.values.reduce(0) { $0 + $1.count }
            var steps = 0
            while !world.ledger.isFinished, steps < 20_000 {
                world.step()
                steps += 1
            }
            #expect(world.ledger.isFinished, "seed \(seed) does not end")
            #expect(world.held.values.reduce(0) { $0 + $1.count } <= handedOut, "work was handed out after the stop")
        }
    }
}
