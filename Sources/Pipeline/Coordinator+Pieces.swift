import Journal
import Logging
import Media
import WorkProtocol

/// Cutting batches that take workers along, until the frame that is to blame is alone.
extension Coordinator {
    /// Looks where an item can be cut in two.
    func split(_ id: WorkItemID, reason: String) throws {
        guard let item = items[id], let video = videos[item.rank].record else { return }
        let (range, selection) = (item.record.range, request.selection)
        inBackground { [helpers] in
            let halves = helpers.expectedFrames(of: video.path, in: range, selection)?.halves ?? []
            return .cut(id, halves.map { PlannedRange(range: $0.range, frames: $0.chosen) }, reason: reason)
        }
    }

    /// The places to cut are known; an item without any is lost whole.
    func cut(_ id: WorkItemID, _ ranges: [PlannedRange], _ reason: String) throws {
        jobs -= 1
        guard let item = items[id] else { return }
        guard !ranges.isEmpty else { return try lose(id, reason: reason) }
        let sizes = ranges.map { "\($0.frames)" }.joined(separator: " and ")
        logger.debug("\(videos[item.rank].input.path): \(reason); its frames are tried again, \(sizes) of them")
        let pieces = try run.journal.split(item.record, into: ranges)
        items[id] = nil
        videos[item.rank].open.remove(id)
        open(pieces, item.rank)
    }

    /// Opens the pieces that an earlier run left. Returns the batches that have pieces.
    func resumePieces(_ rank: Int, _ record: VideoRecord, of batches: [ItemRecord]) throws -> Set<WorkItemID> {
        let pieces = try run.journal.pieces(of: record.id)
        guard !pieces.isEmpty else { return [] }
        let divided = Set(pieces.compactMap(\.parent))
        let open = pieces.filter { $0.state == .pending }
        let unfinished = Set(open.compactMap(\.parent))
        for batch in divided.subtracting(unfinished).sorted() { try run.journal.mergePieces(of: batch) }
        videos[rank].framesDetected += pieces.reduce(0) { $0 + ($1.state == .pending ? 0 : $1.frames) }
        let deaths = Dictionary(
            batches.map { ($0.id, $0.crashes + $0.interruptions) }, uniquingKeysWith: { first, _ in first })
        self.open(open, rank, deaths: deaths)
        return divided
    }
}
