import WorkProtocol

/// Which item a worker gets.
///
/// A worker that detects the batches of a video one after the other can draw and encode on the way (`DrawingPass`), so each
/// worker keeps to a video of its own while there are enough of them. Where all have their worker, the others help from the end: what
/// they detect has to be decoded once more for drawing. Videos come in the order of the inputs; of the last few the longest comes first, so
/// that workers finish together and there is little left to help with.
extension BatchLedger {
    /// The item that suits the worker best; nil where nothing waits.
    func choice(for id: WorkerID) -> LedgerItem? {
        if let segment = pending.ranks.lazy.compactMap({ pending.first(of: $0) }).first(where: \.isSegment) {
            return segment
        }
        if let last = workers[id]?.lastBatch, let next = pending.successor(of: last) { return next }
        if let free = freeVideo(for: id) { return pending.first(of: free) }
        return longest(of: pending.ranks).flatMap(pending.last)
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
