import WorkProtocol

/// The items that wait for a worker, in order within each video. Removing the first or the last of a video takes constant time.
struct PendingWork {
    /// The waiting items of one video, in order of their ids.
    private struct Lane {
        var items: [LedgerItem] = []
        /// Items before it have been taken.
        var head = 0

        var waiting: ArraySlice<LedgerItem> { items[head...] }

        /// Position of the first item whose id is not below `id`.
        func position(of id: WorkItemID) -> Int {
            var (low, high) = (head, items.count)
            while low < high {
                let middle = (low + high) / 2
                if items[middle].id < id { low = middle + 1 } else { high = middle }
            }
            return low
        }

        mutating func remove(at position: Int) {
            guard position == head else {
                items.remove(at: position)
                return
            }
            head += 1
            // Now and then, so that it costs next to nothing for each.
            if head > items.count / 2, head > 64 {
                items.removeFirst(head)
                head = 0
            }
        }
    }

    private var lanes: [Int: Lane] = [:]
    /// Ascending; of lanes that are not empty.
    private(set) var ranks: [Int] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The first waiting item of a video; nil where none waits.
    func first(of rank: Int) -> LedgerItem? { lanes[rank]?.waiting.first }

    /// The first waiting item for which `condition` holds, in the order of videos.
    func first(where condition: (LedgerItem) -> Bool) -> LedgerItem? {
        for rank in ranks {
            if let item = lanes[rank]?.waiting.first(where: condition) { return item }
        }
        return nil
    }

    /// Most of a video's waiting items that follow directly upon each other; empty where none waits.
    func longestRun(of rank: Int) -> ArraySlice<LedgerItem> {
        guard let waiting = lanes[rank]?.waiting else { return [] }
        var longest = waiting.prefix(0)
        var start = waiting.startIndex
        for position in waiting.indices {
            if position > start, waiting[position].predecessor != waiting[position - 1].id { start = position }
            if position - start >= longest.count { longest = waiting[start...position] }
        }
        return longest
    }

    /// Waiting items of a video.
    func count(of rank: Int) -> Int { lanes[rank]?.waiting.count ?? 0 }

    /// The waiting batch that comes next after `item` in its video; nil where another or none does.
    func successor(of item: LedgerItem) -> LedgerItem? {
        guard let lane = lanes[item.rank] else { return nil }
        let position = lane.position(of: WorkItemID(item.id.rawValue + 1))
        guard position < lane.items.count, lane.items[position].predecessor == item.id else { return nil }
        return lane.items[position]
    }

    mutating func insert(_ item: LedgerItem) {
        if lanes[item.rank] == nil {
            lanes[item.rank] = Lane()
            ranks.insert(item.rank, at: ranks.firstIndex { $0 > item.rank } ?? ranks.endIndex)
        }
        let position = lanes[item.rank]?.position(of: item.id) ?? 0
        lanes[item.rank]?.items.insert(item, at: position)
        count += 1
    }

    /// Takes a waiting item out.
    mutating func remove(_ item: LedgerItem) {
        guard let lane = lanes[item.rank] else { return }
        let position = lane.position(of: item.id)
        guard position < lane.items.count, lane.items[position].id == item.id else { return }
        lanes[item.rank]?.remove(at: position)
        count -= 1
        guard count(of: item.rank) == 0 else { return }
        lanes[item.rank] = nil
        ranks.removeAll { $0 == item.rank }
    }
}
