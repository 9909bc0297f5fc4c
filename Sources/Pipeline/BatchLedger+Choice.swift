import WorkProtocol

/// Which item a worker gets.
///
/// A worker that detects the batches of a video one after the other can draw and encode on the way (`DrawingPass`), so each
/// worker keeps to a video of its own while there are enough of them. Where all have their worker, the others help from the end: what
/// they detect has to be decoded once more for drawing.
extension BatchLedger {
    /// The item that suits the worker best; nil where nothing waits.
    func choice(for id: WorkerID) -> LedgerItem? {
        if let segment = pending.ranks.lazy.compactMap({ pending.first(of: $0) }).first(where: \.isSegment) {
            return segment
        }
        if let last = workers[id]?.lastBatch, let next = pending.successor(of: last) { return next }
        let followed = followedVideos(except: id)
        if let free = pending.ranks.first(where: { !followed.contains($0) }) { return pending.first(of: free) }
        let longest = pending.ranks.max { pending.count(of: $0) < pending.count(of: $1) }
        return longest.flatMap(pending.last)
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
