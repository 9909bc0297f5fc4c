import GRDB
package import Media
package import WorkProtocol

extension RunJournal {
    /// The batches or segments of a video, in order.
    package func items(of video: VideoID, kind: WorkItemKind) throws(JournalError) -> [ItemRecord] {
        try read("read the work of a video") { database in
            try ItemRecord.fetchAll(
                database, sql: "SELECT * FROM item WHERE video = ? AND kind = ? ORDER BY ordinal",
                arguments: [video.rawValue, kind.rawValue])
        }
    }

    /// The batches or segments of a video that share times with a range, in order.
    package func items(
        of video: VideoID, kind: WorkItemKind, overlapping range: FrameRange
    ) throws(JournalError) -> [ItemRecord] {
        try read("read the work of a range") { database in
            try ItemRecord.fetchAll(
                database,
                sql: """
                    SELECT * FROM item WHERE video = ? AND kind = ? AND startPTS < ? AND endPTS > ? ORDER BY ordinal
                    """,
                arguments: [video.rawValue, kind.rawValue, range.endPTS, range.startPTS])
        }
    }

    /// Records a batch's result; the batch is done, and so are the segments that were completed with it: all or nothing.
    /// - Parameter recipe: the settings that the segments depend on.
    package func complete(_ result: BatchResult, recipe: String) throws(JournalError) {
        try write("record a batch's result") { database in
            try Self.settle(database, result, state: .done, reason: nil)
            for segment in result.segments {
                try Self.complete(database, segment.item, frames: segment.frames, recipe: recipe)
            }
        }
    }

    /// Records that a batch is given up, with what is known of its frames.
    package func fail(_ result: BatchResult, reason: String) throws(JournalError) {
        try write("record a batch's result") { database in
            try Self.settle(database, result, state: .failed, reason: reason)
        }
    }

    /// Records that a segment's file is in place, with so many frames; no file where there are none.
    /// - Parameter recipe: the settings that it depends on.
    package func completeSegment(_ item: WorkItemID, frames: Int, recipe: String) throws(JournalError) {
        try write("record a segment") { database in
            try Self.complete(database, item, frames: frames, recipe: recipe)
        }
    }

    /// Records that a segment is given up.
    package func failSegment(_ item: WorkItemID, reason: String) throws(JournalError) {
        try write("record a segment") { database in try Self.setState(database, item, .failed, reason: reason) }
    }

    /// Records that a worker ended with the item in hand: by a crash, or interrupted from outside. A piece's batch counts it too.
    package func countAttempt(_ item: WorkItemID, crashed: Bool) throws(JournalError) {
        let column = crashed ? "crashes" : "interruptions"
        try write("record an attempt") { database in
            try database.execute(
                sql: """
                    UPDATE item SET \(column) = \(column) + 1
                    WHERE id = ?1 OR id = (SELECT parent FROM item WHERE id = ?1)
                    """, arguments: [item.rawValue])
        }
    }

    /// The result of a batch, or nil while it has none.
    package func result(of item: WorkItemID) throws(JournalError) -> BatchResult? {
        try read("read a batch's result") { database in
            try Row.fetchOne(
                database, sql: "SELECT frames FROM result WHERE item = ?", arguments: [item.rawValue]
            ).map { try BatchResult(encoded: Array($0.blob("frames"))) }
        }
    }

    /// Whether any batch has a result.
    package func hasResults() throws(JournalError) -> Bool {
        try read("look for results") { database in
            try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM result)") ?? false
        }
    }

    /// Records the tracks of batches' detections, in place of earlier ones. They are on the disk with what `recordTracks` says of their video.
    package func storeTracks(_ tracks: [StoredTracks]) throws(JournalError) {
        try write("record tracks", waitsForDisk: false) { database in try Self.store(database, tracks) }
    }

    static func store(_ database: Database, _ tracks: [StoredTracks]) throws {
        let statement = try database.cachedStatement(sql: "UPDATE result SET tracks = ? WHERE item = ?")
        for stored in tracks {
            try statement.execute(arguments: [try stored.tracks.encoded().data, stored.batch.rawValue])
        }
    }

    static func settle(
        _ database: Database, _ result: BatchResult, state: ItemState, reason: String?
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO result (item, frames) VALUES (?, ?)",
            arguments: [result.item.rawValue, try result.encoded().data])
        try setState(database, result.item, state, reason: reason)
    }

    private static func complete(
        _ database: Database, _ segment: WorkItemID, frames: Int, recipe: String
    ) throws {
        try setState(database, segment, .done, reason: nil)
        try database.execute(
            sql: "UPDATE item SET rendered = ?, recipe = ? WHERE id = ?",
            arguments: [frames, recipe, segment.rawValue])
    }

    private static func setState(
        _ database: Database, _ item: WorkItemID, _ state: ItemState, reason: String?
    ) throws {
        try database.execute(
            sql: "UPDATE item SET state = ?, reason = ? WHERE id = ?",
            arguments: [state.rawValue, reason, item.rawValue])
    }

    static func insertItems(
        _ database: Database, _ ranges: [PlannedRange], kind: WorkItemKind, video: VideoID
    ) throws -> [ItemRecord] {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO item (video, kind, ordinal, startPTS, endPTS, frames, state) VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        return try ranges.enumerated().map { ordinal, planned in
            try statement.execute(arguments: [
                video.rawValue, kind.rawValue, ordinal, planned.range.startPTS, planned.range.endPTS, planned.frames,
                ItemState.pending.rawValue,
            ])
            return ItemRecord(
                id: WorkItemID(database.lastInsertedRowID), video: video, kind: kind, ordinal: ordinal,
                range: planned.range, frames: planned.frames, state: .pending, crashes: 0, interruptions: 0,
                reason: nil, rendered: nil, recipe: nil)
        }
    }
}

extension ItemRecord {
    /// One row in memory at a time, besides the records.
    static func fetchAll(_ database: Database, sql: String, arguments: StatementArguments) throws -> [ItemRecord] {
        let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
        var records: [ItemRecord] = []
        while let row = try rows.next() { records.append(try ItemRecord(row)) }
        return records
    }

    init(_ row: Row) throws {
        self.init(
            id: WorkItemID(row["id"]), video: VideoID(rawValue: row["video"]), kind: try row.value("kind"),
            ordinal: row["ordinal"], range: FrameRange(startPTS: row["startPTS"], endPTS: row["endPTS"]),
            frames: row["frames"], state: try row.value("state"), crashes: row["crashes"],
            interruptions: row["interruptions"], reason: row["reason"],
            rendered: row["rendered"], recipe: row["recipe"],
            parent: (row["parent"] as Int64?).map { WorkItemID($0) })
    }
}
