import TestSupport
import Testing
import WorkProtocol

@testable import Pipeline

struct PendingWorkTests {
    private func item(_ id: Int64, rank: Int, after predecessor: Int64? = nil) -> LedgerItem {
        LedgerItem(id: WorkItemID(id), rank: rank, predecessor: predecessor.map { WorkItemID($0) })
    }

    /// Against a plain sorted array, over random insertions and removals.
    @Test func itemsKeepTheirOrderWithinEachVideo() {
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededGenerator(seed)
            var pending = PendingWork()
            var reference: [LedgerItem] = []
            for step in 0..<400 {
                if random.next() % 5 < 3 {
                    let new = item(Int64(step), rank: Int(random.next() % 2), after: Int64(step) - 1)
                    pending.insert(new)
                    reference.append(new)
                } else if let rank = pending.ranks.last {
                    let run = pending.longestRun(of: rank)
                    let middle = run[run.startIndex + run.count / 2]
                    guard let taken = random.next() % 4 == 0 ? middle : pending.first(of: rank) else { continue }
                    pending.remove(taken)
                    reference.removeAll { $0 == taken }
                    // Another worker may bring it back.
                    if random.next() % 4 == 0 {
                        pending.insert(taken)
                        reference.append(taken)
                    }
                }
                reference.sort()
                #expect(pending.count == reference.count && pending.isEmpty == reference.isEmpty)
                #expect(pending.ranks == Set(reference.map(\.rank)).sorted())
                for rank in 0..<3 {
                    let lane = reference.filter { $0.rank == rank }
                    #expect(pending.first(of: rank) == lane.first)
                    #expect(Array(pending.longestRun(of: rank)) == longestRun(in: lane))
                    #expect(pending.count(of: rank) == lane.count)
                }
            }
        }
    }

    private func longestRun(in lane: [LedgerItem]) -> [LedgerItem] {
        var runs: [[LedgerItem]] = []
        for item in lane {
            if let last = runs.last?.last, item.predecessor == last.id {
                runs[runs.count - 1].append(item)
            } else {
                runs.append([item])
            }
        }
        return runs.reduce([]) { $1.count > $0.count ? $1 : $0 }
    }

    @Test func aSuccessorIsTheNextBatchAndNoOther() {
        var pending = PendingWork()
        let items = [item(1, rank: 0), item(2, rank: 0, after: 1), item(3, rank: 0, after: 2), item(5, rank: 1)]
        for item in items.shuffled() { pending.insert(item) }
        #expect(pending.successor(of: items[0]) == items[1])
        pending.remove(items[1])
        #expect(pending.successor(of: items[0]) == nil)
        #expect(pending.successor(of: items[1]) == items[2])
        #expect(pending.successor(of: items[2]) == nil && pending.successor(of: items[3]) == nil)
    }
}
