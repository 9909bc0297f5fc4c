import WorkProtocol

/// Which item a worker gets.
///
/// A worker that detects the batches of a video one after the other decodes nothing twice (`DecodingPlace`) and can draw and encode on the
/// way (`DrawingPass`), so each worker keeps to a video of its own while there are enough of them. Where all have their worker, another one
/// takes over the second half of what waits, from its middle on: that has to be decoded once more for drawing. Videos come in the order of
/// the inputs; of the last few the longest comes first, so that workers finish together and there is little left to share. Segments, which come
/// before everything else, are shared in the same way.
extension BatchLedger {
    /// The item that suits the worker best; nil where nothing waits.
    func choice(for id: WorkerID) -> LedgerItem? {
        if let greediest { return greediest }
        if let rank = pending.ranks.first(where: { pending.first(of: $0)?.isSegment == true }) {
            return workers[id]?.lastSegment.flatMap(pending.successor) ?? share(of: rank, for: id)
        }
        if let last = workers[id]?.lastBatch, let next = pending.successor(of: last) { return next }
        if let free = freeVideo(for: id) { return pending.first(of: free) }
        return longest(of: pending.ranks).flatMap { share(of: $0, for: id) }
    }

    /// Where to begin in a video on which others may be at work: at the longest piece, in its middle where somebody comes that way.
    private func share(of rank: Int, for id: WorkerID) -> LedgerItem? {
        let run = pending.longestRun(of: rank)
        guard let first = run.first else { return nil }
        let isFollowed = workers.contains { $0.key != id && $0.value.comes(to: first) }
        return isFollowed ? run[run.startIndex + run.count / 2] : first
    }

    /// The video that nobody follows and a worker should begin; nil where each has its worker.
    private func freeVideo(for id: WorkerID) -> Int? {
        let followed = followedVideos(except: id)
        let few = pending.ranks.lazy.filter { !followed.contains($0) }.prefix(2 * workers.count + 1)
        return few.count > 2 * workers.count ? few.first : longest(of: few)
    }

    /// The video with most waiting items; the earlier one of equals.
    private func longest(of ranks: some Sequence<Int>) -> Int? {
        ranks.max { (pending.count(of: $0), $1) < (pending.count(of: $1), $0) }
    }

    /// Videos whose next waiting batch is the natural next one of a worker.
    private func followedVideos(except id: WorkerID) -> Set<Int> {
        var ranks: Set<Int> = []
        for (other, worker) in workers where other != id && worker.state == .working {
            if let last = worker.lastBatch, pending.successor(of: last) != nil { ranks.insert(last.rank) }
        }
        return ranks
    }
}

extension BatchLedger.Worker {
    /// The worker gets `item`.
    mutating func note(_ item: LedgerItem) {
        if item.isSegment { lastSegment = item } else { lastBatch = item }
    }

    /// Whether `item` is the natural next one.
    fileprivate func comes(to item: LedgerItem) -> Bool {
        guard state == .working, let predecessor = item.predecessor else { return false }
        return (item.isSegment ? lastSegment : lastBatch)?.id == predecessor
    }
}
