import GRDB
import WorkProtocol

/// A video's batches one after the other, for passes whose memory shall not grow with the number of frames.
extension RunJournal {
    /// The batch of a video that comes next after the one with `ordinal`; nil at the end.
    /// - Parameter ordinal: nil for the first.
    package func batch(of video: VideoID, after ordinal: Int?) throws(JournalError) -> ItemRecord? {
        try read("read the next batch") { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM item WHERE video = ? AND kind = ? AND ordinal > ? ORDER BY ordinal LIMIT 1")
            let arguments: StatementArguments = [video.rawValue, WorkItemKind.batch.rawValue, ordinal ?? -1]
            return try Row.fetchOne(statement, arguments: arguments).map(ItemRecord.init)
        }
    }

    /// Whether a video has batches.
    package func hasBatches(of video: VideoID) throws(JournalError) -> Bool {
        try batch(of: video, after: nil) != nil
    }

    /// Whether a video has batches that are not settled.
    package func hasOpenBatches(of video: VideoID) throws(JournalError) -> Bool {
        try read("look for open batches") { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM item WHERE video = ? AND kind = ? AND state = ?)",
                arguments: [video.rawValue, WorkItemKind.batch.rawValue, ItemState.pending.rawValue]) ?? false
        }
    }

    /// Why the first of a video's batches that were given up was; nil where none was.
    package func firstLoss(of video: VideoID) throws(JournalError) -> String? {
        try read("look for lost batches") { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT reason FROM item WHERE video = ? AND kind = ? AND reason IS NOT NULL ORDER BY ordinal LIMIT 1
                    """,
                arguments: [video.rawValue, WorkItemKind.batch.rawValue])
        }
    }
}
