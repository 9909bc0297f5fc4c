import Testing
import WorkProtocol

@testable import Pipeline

struct BatchLedgerTests {
    private func ledger(workers: Int = 1, leases: Int = 1) -> BatchLedger {
        var limits = LedgerLimits()
        (limits.workers, limits.leases) = (workers, leases)
        return BatchLedger(limits: limits)
    }

    private func items(_ ids: ClosedRange<Int64>, rank: Int = 0) -> [LedgerItem] {
        ids.map { LedgerItem(id: WorkItemID($0), rank: rank) }
    }

    private let one = WorkerID(number: 1)
    private let two = WorkerID(number: 2)

    @Test func workersAreStartedOnlyForWork() {
        var ledger = ledger(workers: 3)
        #expect(ledger.handle(.tick, at: 0) == [])
        #expect(ledger.handle(.added(items(1...2)), at: 0) == [.spawn(one), .spawn(two)])
        #expect(ledger.handle(.tick, at: 0.1) == [])
        #expect(ledger.handle(.workerReady(one), at: 1) == [.assign(WorkItemID(1), to: one)])
    }

    @Test func olderVideosComeFirst() {
        var ledger = ledger()
        _ = ledger.handle(.added(items(1...1, rank: 5) + items(2...2, rank: 1)), at: 0)
        #expect(ledger.handle(.workerReady(one), at: 1) == [.assign(WorkItemID(2), to: one)])
        // A segment of the older video, planned later, overtakes.
        _ = ledger.handle(.added(items(9...9, rank: 1)), at: 1)
        #expect(
            ledger.handle(.settled(WorkItemID(2), by: one), at: 2) == [
                .accept(WorkItemID(2)), .assign(WorkItemID(9), to: one),
            ])
    }

    private func chain(_ ids: ClosedRange<Int64>, rank: Int) -> [LedgerItem] {
        ids.map {
            LedgerItem(id: WorkItemID($0), rank: rank, predecessor: $0 > ids.lowerBound ? WorkItemID($0 - 1) : nil)
        }
    }

    /// The items that each worker gets, in order, where all settle one after the other in turn.
    private func order(of items: [LedgerItem], workers: [WorkerID]) -> [WorkerID: [Int64]] {
        var ledger = ledger(workers: workers.count)
        _ = ledger.handle(.added(items), at: 0)
        var order: [WorkerID: [Int64]] = [:]
        func note(_ actions: [BatchLedger.Action]) {
            for case .assign(let item, let id) in actions { order[id, default: []].append(item.rawValue) }
        }
        for id in workers { note(ledger.handle(.workerReady(id), at: 0)) }
        for _ in items {
            for id in workers {
                guard let item = ledger.workers[id]?.leases.first else { continue }
                note(ledger.handle(.settled(item.id, by: id), at: 1))
            }
        }
        return order
    }

    @Test func workersKeepToVideosOfTheirOwnAndThenShareTheRest() {
        let order = order(of: chain(1...3, rank: 0) + chain(4...9, rank: 1), workers: [one, two])
        #expect(order == [one: [4, 5, 6, 7, 8], two: [1, 2, 3, 9]])
    }

    @Test func ofTheLastVideosTheLongestIsBegunFirst() {
        let order = order(
            of: chain(1...3, rank: 0) + chain(4...5, rank: 1) + chain(6...10, rank: 2), workers: [one, two])
        #expect(order == [one: [6, 7, 8, 9, 10], two: [1, 2, 3, 4, 5]])
    }

    @Test func manyVideosAreTakenInTheirOrder() {
        let videos = (0..<6).flatMap { (rank: Int) -> [LedgerItem] in
            let first = Int64(rank * 10 + 1)
            return chain(first...first + Int64(rank % 3), rank: rank)
        }
        let order = order(of: videos, workers: [one])
        // Where no more than twice as many are left as there are workers, the longer one of them comes first.
        #expect(order[one] == [1, 11, 12, 21, 22, 23, 31, 51, 52, 53, 41, 42])
    }

    @Test func segmentsComeBeforeBatches() {
        var ledger = ledger()
        _ = ledger.handle(.added(chain(1...3, rank: 0)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        _ = ledger.handle(.added([LedgerItem(id: WorkItemID(9), rank: 1, isSegment: true)]), at: 0)
        #expect(ledger.handle(.settled(WorkItemID(1), by: one), at: 1).last == .assign(WorkItemID(9), to: one))
        // The video is taken up where it was left.
        #expect(ledger.handle(.settled(WorkItemID(9), by: one), at: 2).last == .assign(WorkItemID(2), to: one))
    }

    @Test func aSecondLeaseWaitsUntilAllWorkersHaveOne() {
        var ledger = ledger(workers: 2, leases: 2)
        _ = ledger.handle(.added(items(1...5)), at: 0)
        #expect(
            ledger.handle(.workerReady(one), at: 1) == [
                .assign(WorkItemID(1), to: one), .assign(WorkItemID(2), to: one),
            ])
        // One pending item for each worker stays back, so that nobody runs dry at the end.
        #expect(
            ledger.handle(.workerReady(two), at: 1) == [
                .assign(WorkItemID(3), to: two), .assign(WorkItemID(4), to: two),
            ])
        #expect(
            ledger.handle(.settled(WorkItemID(1), by: one), at: 2) == [.accept(WorkItemID(1))])
    }

    @Test func lateCopiesDoNotCount() {
        var ledger = ledger()
        _ = ledger.handle(.added(items(1...2)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        _ = ledger.handle(.settled(WorkItemID(1), by: one), at: 1)
        #expect(ledger.handle(.settled(WorkItemID(1), by: one), at: 1) == [])
        #expect(ledger.handle(.settled(WorkItemID(2), by: two), at: 1) == [])
    }

    @Test func aCrashingItemIsGivenUpAfterThreeCrashesAndItsNeighbourIsNot() {
        var ledger = ledger(workers: 1, leases: 2)
        let crash = WorkerEnd.crashed("signal 11")
        _ = ledger.handle(.added(items(1...2)), at: 0)
        #expect(
            ledger.handle(.workerReady(one), at: 0) == [
                .assign(WorkItemID(1), to: one), .assign(WorkItemID(2), to: one),
            ])
        #expect(
            ledger.handle(.workerEnded(one, crash), at: 1) == [
                .requeue(WorkItemID(1), crash), .requeue(WorkItemID(2), crash),
            ])
        var now = 1.0
        for number in 2...3 {
            now += 10
            let worker = WorkerID(number: number)
            #expect(ledger.handle(.tick, at: now) == [.spawn(worker)])
            #expect(ledger.handle(.workerReady(worker), at: now) == [.assign(WorkItemID(1), to: worker)])
            let expected: BatchLedger.Action =
                number == 3 ? .giveUp(WorkItemID(1), crash) : .requeue(WorkItemID(1), crash)
            #expect(ledger.handle(.workerEnded(worker, crash), at: now).first == expected)
        }
        #expect(ledger.handle(.tick, at: now + 20) == [.spawn(WorkerID(number: 4))])
        #expect(
            ledger.handle(.workerReady(WorkerID(number: 4)), at: now + 21) == [
                .assign(WorkItemID(2), to: WorkerID(number: 4))
            ])
    }

    /// Workers that a batch costs in which these frames crash them, and the frames that are lost.
    private func search(for bad: Set<Int>, in count: Int, isFatalBehind: Bool = false) -> (deaths: Int, lost: Set<Int>)
    {
        var ledger = ledger(workers: 1, leases: 2)
        var ranges = [WorkItemID(0): 0..<count]
        var (deaths, lost, now) = (0, Set<Int>(), 0.0)
        var queue = ledger.handle(.added([LedgerItem(id: WorkItemID(0), rank: 0, frames: count)]), at: now)
        func isFatal(_ range: Range<Int>) -> Bool {
            range.contains { bad.contains($0) || (isFatalBehind && $0 > bad.min() ?? count) }
        }
        while ledger.openItems > 0 || !queue.isEmpty {
            now += 20
            guard !queue.isEmpty else {
                queue = ledger.handle(.tick, at: now)
                continue
            }
            switch queue.removeFirst() {
            case .spawn(let id): queue += ledger.handle(.workerReady(id), at: now)
            case .assign(let item, let id):
                let fatal = isFatal(ranges[item] ?? 0..<0)
                deaths += fatal ? 1 : 0
                queue += ledger.handle(
                    fatal ? .workerEnded(id, .crashed("signal 11")) : .settled(item, by: id), at: now)
            case .split(let item, _):
                let whole = ranges[item] ?? 0..<0
                let middle = (whole.lowerBound + whole.upperBound) / 2
                let parts = [whole.lowerBound..<middle, middle..<whole.upperBound]
                let pieces = parts.enumerated().map { index, part in
                    let id = WorkItemID(Int64(ranges.count + index))
                    return LedgerItem(id: id, rank: 0, frames: part.count, batch: WorkItemID(0))
                }
                for (piece, part) in zip(pieces, parts) { ranges[piece.id] = part }
                queue += ledger.handle(.added(pieces), at: now)
            case .giveUp(let item, _): lost.formUnion(ranges[item] ?? 0..<0)
            default: break
            }
        }
        return (deaths, lost)
    }

    @Test(arguments: [0, 1, 31, 40, 63])
    func oneBadFrameIsFoundAtThePriceOfFewWorkers(frame: Int) {
        let found = search(for: [frame], in: 64)
        // Three for the batch, one for each halving, two more for the frame.
        #expect(found.lost == [frame] && found.deaths == 11)
    }

    @Test func severalBadFramesAreFound() {
        let found = search(for: [3, 20, 50], in: 64)
        #expect(found.lost == [3, 20, 50] && found.deaths <= 30)
    }

    @Test func whereEverythingIsBadTheSearchEnds() {
        let all = search(for: Set(0..<64), in: 64)
        #expect(all.lost == Set(0..<64) && all.deaths <= 80)
        // As where a reference frame cannot be decoded: all before it is kept.
        let tail = search(for: [10], in: 64, isFatalBehind: true)
        #expect(tail.lost == Set(10..<64) && tail.deaths <= 80)
    }

    @Test func aSegmentIsNotDivided() {
        var ledger = ledger()
        _ = ledger.handle(
            .added([LedgerItem(id: WorkItemID(1), rank: 0, isSegment: true, frames: 9, crashes: 2)]), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        let crash = WorkerEnd.crashed("signal 11")
        #expect(ledger.handle(.workerEnded(one, crash), at: 1) == [.giveUp(WorkItemID(1), crash)])
    }

    @Test func aPieceIsLeasedAlone() {
        var ledger = ledger(leases: 2)
        let pieces = (1...4).map { LedgerItem(id: WorkItemID($0), rank: 0, frames: 2, batch: WorkItemID(0)) }
        _ = ledger.handle(.added(pieces), at: 0)
        #expect(ledger.handle(.workerReady(one), at: 0) == [.assign(WorkItemID(1), to: one)])
    }

    @Test func anItemThatTookItsWorkerAlongIsSuspectWithTheNext() {
        var ledger = ledger()
        _ = ledger.handle(.added(items(1...1)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        #expect(!ledger.isSuspect(WorkItemID(1)))
        _ = ledger.handle(.workerEnded(one, .crashed("signal 11")), at: 1)
        _ = ledger.handle(.tick, at: 10)
        _ = ledger.handle(.workerReady(two), at: 10)
        #expect(ledger.isSuspect(WorkItemID(1)))
    }

    @Test func silenceAndStallAreFatalForAWorker() {
        var ledger = ledger(workers: 2)
        _ = ledger.handle(.added(items(1...2)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        _ = ledger.handle(.workerReady(two), at: 0)
        var killed: [WorkerID] = []
        for second in 1...400 {
            let now = Double(second)
            _ = ledger.handle(.workerSpoke(one, [ItemProgress(item: WorkItemID(1), frames: 3)]), at: now)
            if second < 50 {
                _ = ledger.handle(.workerSpoke(two, [ItemProgress(item: WorkItemID(2), frames: second)]), at: now)
            }
            for case .kill(let id, _) in ledger.handle(.tick, at: now) { killed.append(id) }
        }
        #expect(killed == [two, one])
    }

    /// The way to the first frame may be long: packets on it count. A decoder that hangs in one reads none.
    @Test func packetsAreProgress() {
        var ledger = ledger()
        _ = ledger.handle(.added(items(1...1)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        var killed: Int?
        for second in 1...2000 where killed == nil {
            let progress = ItemProgress(item: WorkItemID(1), frames: 0, packets: min(second, 1000))
            _ = ledger.handle(.workerSpoke(one, [progress]), at: Double(second))
            for case .kill in ledger.handle(.tick, at: Double(second)) { killed = second }
        }
        #expect(killed == 1000 + Int(LedgerLimits().stall) + 1)
    }

    @Test func aPauseOfTheCoordinatorIsForgiven() {
        var ledger = ledger()
        _ = ledger.handle(.added(items(1...1)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        _ = ledger.handle(.tick, at: 1)
        #expect(ledger.handle(.tick, at: 4000) == [])
    }

    @Test func workersThatNeverComeUpEndTheRun() {
        var ledger = ledger()
        _ = ledger.handle(.added(items(1...1)), at: 0)
        var actions: [BatchLedger.Action] = []
        for number in 1...4 {
            actions = ledger.handle(.workerEnded(WorkerID(number: number), .crashed("no library")), at: Double(number))
            _ = ledger.handle(.tick, at: Double(number) * 100)
        }
        #expect(actions == [.abandon("no library")])
        #expect(ledger.isFinished)
    }

    @Test func stoppingFinishesWhatIsInHand() {
        var ledger = ledger(workers: 2)
        _ = ledger.handle(.added(items(1...9)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        #expect(ledger.handle(.stop, at: 1) == [.dismiss(two)])
        #expect(ledger.handle(.workerReady(two), at: 1) == [])
        #expect(
            ledger.handle(.settled(WorkItemID(1), by: one), at: 2) == [.accept(WorkItemID(1)), .dismiss(one)])
        _ = ledger.handle(.workerEnded(two, .interrupted("exit")), at: 2)
        #expect(!ledger.isFinished)
        // It does not leave: killed.
        var actions: [BatchLedger.Action] = []
        for second in 3...20 { actions += ledger.handle(.tick, at: Double(second)) }
        #expect(actions == [.kill(one, .interrupted("it did not exit when told to"))])
        _ = ledger.handle(.workerEnded(one, .interrupted("SIGKILL")), at: 21)
        #expect(ledger.isFinished)
        #expect(ledger.openItems == 8)
    }

    @Test func stoppingNowKills() {
        var ledger = ledger(workers: 2)
        _ = ledger.handle(.added(items(1...9)), at: 0)
        _ = ledger.handle(.workerReady(one), at: 0)
        let killed = ledger.handle(.stopNow, at: 1).map { action -> WorkerID? in
            if case .kill(let id, _) = action { id } else { nil }
        }
        #expect(killed == [one, two])
    }
}
