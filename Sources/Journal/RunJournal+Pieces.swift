import GRDB
import Media
package import WorkProtocol

/// Batches that took workers along, cut into pieces until the frame that is to blame is found.
extension RunJournal {
    static let pieces = """
        -- Pieces of batches: parent is the batch. A batch with pieces is pending until all are settled; then it has their results, and they go.
        ALTER TABLE item ADD COLUMN parent INTEGER REFERENCES item(id) ON DELETE CASCADE;
        CREATE INDEX pieceOfItem ON item(parent) WHERE parent IS NOT NULL;
        """

    /// Records that a batch is cut into pieces, or a piece of one into smaller ones, which replace it. All or nothing.
    /// - Parameter ranges: make up the item's range.
    /// - Returns: the new pieces, all pending.
    package func split(_ item: ItemRecord, into ranges: [PlannedRange]) throws(JournalError) -> [ItemRecord] {
        try write("record the pieces of a batch") { database in
            let batch = item.parent ?? item.id
            let pieces = try ranges.map { try Self.insertPiece(database, $0, of: batch, video: item.video) }
            if item.kind == .piece {
                try database.execute(sql: "DELETE FROM item WHERE id = ?", arguments: [item.id.rawValue])
            }
            return pieces
        }
    }

    /// The pieces of a video's batches, by time.
    package func pieces(of video: VideoID) throws(JournalError) -> [ItemRecord] {
        try read("read the pieces of batches") { database in
            try ItemRecord.fetchAll(
                database, sql: "SELECT * FROM item WHERE video = ? AND kind = ? ORDER BY startPTS",
                arguments: [video.rawValue, WorkItemKind.piece.rawValue])
        }
    }

    /// Makes the result of a batch of those of its pieces, once all are settled; before, nothing happens.
    package func mergePieces(of batch: WorkItemID) throws(JournalError) {
        try write("record a batch's result") { database in
            let pieces = try Row.fetchAll(
                database,
                sql: """
                    SELECT item.*, result.frames AS encoded FROM item LEFT JOIN result ON result.item = item.id
                    WHERE parent = ? ORDER BY startPTS
                    """, arguments: [batch.rawValue])
            let records = try pieces.map(ItemRecord.init)
            guard !records.isEmpty, records.allSatisfy({ $0.state != .pending }) else { return }
            var merged = BatchResult(item: batch, frames: [])
            for piece in pieces {
                let result = try BatchResult(encoded: Array(piece.blob("encoded")))
                merged.frames += result.frames
                merged.problems += result.problems
                merged.times.add(result.times)
            }
            let reason = records.lazy.compactMap(\.reason).first
            try Self.settle(database, merged, state: reason == nil ? .done : .failed, reason: reason)
            try database.execute(sql: "DELETE FROM item WHERE parent = ?", arguments: [batch.rawValue])
        }
    }

    private static func insertPiece(
        _ database: Database, _ planned: PlannedRange, of batch: WorkItemID, video: VideoID
    ) throws -> ItemRecord {
        let (range, pending) = (planned.range, ItemState.pending)
        try database.execute(
            sql: """
                INSERT INTO item (video, kind, ordinal, startPTS, endPTS, frames, state, parent)
                VALUES (?, ?, 0, ?, ?, ?, ?, ?)
                """,
            arguments: [
                video.rawValue, WorkItemKind.piece.rawValue, range.startPTS, range.endPTS, planned.frames,
                pending.rawValue, batch.rawValue,
            ])
        return ItemRecord(
            id: WorkItemID(database.lastInsertedRowID), video: video, kind: .piece, ordinal: 0, range: range,
            frames: planned.frames, state: pending, crashes: 0, interruptions: 0, reason: nil, rendered: nil,
            parent: batch)
    }
}
