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
    /// The frames of each item, as numbers that no two batches share.
    var frames: [WorkItemID: Range<Int>] = [:]
    /// Items that are being cut; that takes a while.
    var cuts: [WorkItemID] = []
    /// The batch of each piece.
    var batches: [WorkItemID: WorkItemID] = [:]
    var done: Set<Int> = []
    var lost: Set<Int> = []
    var countedTwice = 0
    /// Frames that crash workers, or have them take more memory than there is.
    var poison: Set<Int> = []
    var greedy: Set<Int> = []
    let total: Int
    var batchesAdded = 0
    var frameCount = 0
    let misfortune: Int
    var abandoned = false

    init(seed: UInt64) {
        random = SeededGenerator(seed)
        var limits = LedgerLimits()
        limits.workers = 1 + Int(random.next() % 4)
        limits.leases = 1 + Int(random.next() % 3)
        if random.next() % 2 == 0 { limits.memory = 100 }
        ledger = BatchLedger(limits: limits)
        total = Int(random.next() % 40)
        misfortune = Int(random.next() % 4)
    }

    /// Whether anything is still to come or to be settled.
    var isAtWork: Bool { batchesAdded < total || ledger.openItems > 0 || !cuts.isEmpty }

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
        case .accept(let item): leave(item, to: \.done)
        case .giveUp(let item, _): leave(item, to: \.lost)
        case .split(let item, _):
            check((frames[item]?.count ?? 0) > 1, "\(item) cannot be cut")
            leave(item)
            cuts.append(item)
        case .requeue: break
        case .dismiss(let id): dismissed.insert(id)
        case .kill(let id, _): doomed.insert(id)
        case .abandon: abandoned = true
        }
    }

    private mutating func leave(_ item: WorkItemID, to fate: WritableKeyPath<LedgerWorld, Set<Int>>? = nil) {
        if !left.insert(item).inserted { leftTwice += 1 }
        guard let fate, let frames = frames[item] else { return }
        for frame in frames where done.contains(frame) || lost.contains(frame) { countedTwice += 1 }
        self[keyPath: fate].formUnion(frames)
    }

    private func checkInvariants() {
        check(leftTwice == 0, "an item left twice")
        check(countedTwice == 0, "a frame was counted twice")
        check(ledger.workers.count <= ledger.limits.workers, "too many workers")
        check(1...ledger.limits.workers ~= ledger.room, "room for \(ledger.room) workers")
        check(ledger.workers.values.allSatisfy { $0.leases.count <= ledger.limits.leases }, "too many leases")
        check(added.count == left.count + ledger.openItems, "an item is lost or doubled")
    }

    /// One thing happens.
    mutating func step() {
        now += Double(random.next() % 1000) / 500
        let alive = (Set(held.keys).union(starting).union(dismissed)).sorted()
        switch random.next() % 10 {
        case 0 where batchesAdded < total: add()
        case 0...3 where !cuts.isEmpty: cut()
        case 1: feed(.tick)
        case 2: feed(.weighed(weights))
        case _ where alive.isEmpty: feed(.tick)
        default: act(alive[Int(random.next() % UInt64(alive.count))])
        }
    }

    private mutating func add() {
        let count = min(total - batchesAdded, 1 + Int(random.next() % 5))
        // Some of one video in a row, as batches are; some segments.
        let (rank, isChain, isSegment) = (Int(random.next() % 3), random.next() % 2 == 0, random.next() % 4 == 0)
        let first = Int64(added.count)
        let items = (first..<first + Int64(count)).map { id in
            LedgerItem(
                id: WorkItemID(id), rank: rank, predecessor: isChain && id > first ? WorkItemID(id - 1) : nil,
                isSegment: isSegment, frames: makeFrames(of: WorkItemID(id)))
        }
        batchesAdded += count
        added.formUnion(items.map(\.id))
        feed(.added(items))
    }

    /// Up to 32 frames, in one batch of eight a bad one or two among them.
    private mutating func makeFrames(of id: WorkItemID) -> Int {
        let count = 1 + Int(random.next() % 32)
        frames[id] = frameCount..<frameCount + count
        if random.next() % 8 == 0 {
            for _ in 0..<1 + random.next() % 2 {
                let frame = frameCount + Int(random.next() % UInt64(count))
                poison.insert(frame)
                if ledger.limits.memory < .max, random.next() % 2 == 0 { greedy.insert(frame) }
            }
        }
        frameCount += count
        return count
    }

    /// An item that has left is cut somewhere.
    private mutating func cut() {
        let item = cuts.removeFirst()
        guard let whole = frames[item] else { return }
        let middle = whole.lowerBound + 1 + Int(random.next() % UInt64(whole.count - 1))
        let batch = batches[item] ?? item
        let items = [whole.lowerBound..<middle, middle..<whole.upperBound].enumerated().map { index, part in
            let id = WorkItemID(Int64(added.count + index))
            (frames[id], batches[id]) = (part, batch)
            return LedgerItem(id: id, rank: 0, frames: part.count, batch: batch)
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
        if isGreedy(item) { return feed(.weighed(weights)) }
        if isPoisoned(item) { return end(id, .crashed("signal 11")) }
        if Int(random.next() % 30) < misfortune { return end(id, .interrupted("SIGKILL")) }
        held[id]?.removeFirst()
        feed(.settled(item, by: id))
        if random.next() % 5 == 0 { feed(.settled(item, by: id)) }
    }

    func isPoisoned(_ item: WorkItemID) -> Bool { frames[item].map { !poison.isDisjoint(with: $0) } ?? false }

    private func isGreedy(_ item: WorkItemID) -> Bool { frames[item].map { !greedy.isDisjoint(with: $0) } ?? false }

    /// What workers take: enough alone, unless there is a greedy frame; too much where four work.
    private var weights: [WorkerID: Int] {
        var weights = held.mapValues { items in
            items.first.map { isGreedy($0) ? 150 : 20 + Int($0.rawValue % 30) } ?? 10
        }
        for id in starting { weights[id] = 10 }
        return weights
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
    private func checkFrames(_ world: LedgerWorld, _ seed: UInt64) {
        #expect(world.done.count + world.lost.count == world.frameCount, "seed \(seed): frames are lost or doubled")
        #expect(world.poison.isSubset(of: world.lost), "seed \(seed)")
        guard world.misfortune == 0 else { return }
        // A segment is not divided.
        let segments = world.frames.filter { world.ledger.deaths[$0.key] == nil && world.isPoisoned($0.key) }
        let innocent = world.lost.subtracting(world.poison)
        #expect(innocent.allSatisfy { frame in segments.values.contains { $0.contains(frame) } }, "seed \(seed)")
        // Two bad frames in up to 32, cut anywhere, and what a neighbour in the same worker's hands was blamed for.
        #expect(world.ledger.deaths.values.allSatisfy { $0 <= world.ledger.limits.batchDeaths }, "seed \(seed)")
    }

    @Test func everyItemLeavesOnceAndTheRunEnds() {
        for seed in 0..<200 as Range<UInt64> {
            var world = LedgerWorld(seed: seed)
            var steps = 0
            while world.isAtWork, steps < 40_000 {
                world.step()
                steps += 1
            }
            #expect(world.left == world.added && !world.isAtWork, "seed \(seed) does not end")
            checkFrames(world, seed)
            world.feed(.drained)
            while !world.ledger.isFinished, steps < 80_000 {
                world.step()
                steps += 1
            }
            #expect(world.ledger.isFinished && !world.abandoned, "seed \(seed) does not finish")
        }
    }

    @Test func aStopAtAnyMomentEndsAndKeepsTheCount() {
        for seed in 0..<200 as Range<UInt64> {
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
