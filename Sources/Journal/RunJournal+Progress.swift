import GRDB

/// How much of a video is done, in frames as planned.
package struct VideoProgress: Sendable, Hashable {
    package var detected: Int
    package var rendered: Int
    package var batches: Int
    package var openBatches: Int
    package var segments: Int
    package var openSegments: Int

    package init(
        detected: Int = 0, rendered: Int = 0, batches: Int = 0, openBatches: Int = 0, segments: Int = 0,
        openSegments: Int = 0
    ) {
        (self.detected, self.rendered) = (detected, rendered)
        (self.batches, self.openBatches, self.segments, self.openSegments) = (
            batches, openBatches, segments, openSegments
        )
    }
}

extension RunJournal {
    /// How far each video is.
    package func progress() throws(JournalError) -> [VideoID: VideoProgress] {
        try read("read the progress") { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT video, kind, state = ? AS open, COUNT(*) AS items, SUM(frames) AS frames
                    FROM item GROUP BY video, kind, open
                    """,
                arguments: [ItemState.pending.rawValue])
            var videos: [VideoID: VideoProgress] = [:]
            while let row = try rows.next() {
                try videos[VideoID(rawValue: row["video"]), default: VideoProgress()].add(row)
            }
            return videos
        }
    }
}

extension VideoProgress {
    fileprivate mutating func add(_ row: Row) throws {
        let kind: WorkItemKind = try row.value("kind")
        let (items, frames): (Int, Int) = (row["items"], row["frames"])
        let isOpen: Bool = row["open"]
        switch kind {
        case .batch:
            batches += items
            if isOpen { openBatches += items } else { detected += frames }
        case .piece: break
        case .segment:
            segments += items
            if isOpen { openSegments += items } else { rendered += frames }
        }
    }
}
