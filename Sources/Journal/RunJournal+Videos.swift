import GRDB
package import Media
import WorkProtocol

extension RunJournal {
    /// All inputs that were ever planned, in the order of their first planning.
    package func videos() throws(JournalError) -> [VideoRecord] {
        try read("read the videos") { database in
            try Row.fetchAll(database, sql: "SELECT * FROM video ORDER BY id").map(VideoRecord.init)
        }
    }

    /// Records a plan for a video, in place of an earlier one with the same relative path and its results.
    ///
    /// - Parameters:
    ///   - segments: to be rendered once the tracks are known; none where no annotated video is wanted.
    ///   - shortfall: what the container announces and does not hold.
    ///   - artefacts: result files that the video will have, claimed with the plan.
    /// - Returns: the video and its batches, all pending.
    package func plan(
        relativePath: String, path: String, identity: FileIdentity, batches: [PlannedRange],
        segments: [PlannedRange] = [], shortfall: Shortfall? = nil, artefacts: [String] = []
    ) throws(JournalError) -> (VideoRecord, [ItemRecord]) {
        try write("record the plan of \(relativePath)") { database in
            let video = try Self.insertVideo(
                database, relativePath: relativePath, path: path, identity: identity, stage: .detecting,
                status: .pending, reason: nil, frames: batches.reduce(0) { $0 + $1.frames }, shortfall: shortfall)
            _ = try Self.insertItems(database, segments, kind: .segment, video: video.id)
            try Self.claim(database, artefacts, video: video.id)
            return (video, try Self.insertItems(database, batches, kind: .batch, video: video.id))
        }
    }

    /// Records that nothing can be done with an input, in place of an earlier plan.
    package func planFailed(
        relativePath: String, path: String, identity: FileIdentity?, reason: String
    ) throws(JournalError) -> VideoRecord {
        try write("record the failure of \(relativePath)") { database in
            try Self.insertVideo(
                database, relativePath: relativePath, path: path, identity: identity, stage: .finished,
                status: .failed, reason: reason, frames: 0)
        }
    }

    /// Records that the tracking pass is complete and its files are in place; the segments that are missing can be
    /// rendered. Those that were drawn along with their batches stay: they show the same tracks.
    /// - Parameter reason: why frames are missing; nil where none are.
    package func beginRendering(
        _ video: VideoID, ledger: FrameLedger, detections: Int, tracks: Int, reason: String?
    ) throws(JournalError) {
        try write("record the tracks") { database in
            try database.execute(
                sql: """
                    UPDATE video SET stage = ?, detected = ?, skipped = ?, undecodable = ?, detections = ?, tracks = ?,
                    reason = ? WHERE id = ?
                    """,
                arguments: [
                    VideoStage.rendering.rawValue, ledger.detected, ledger.skipped, ledger.undecodable, detections,
                    tracks, reason, video.rawValue,
                ])
        }
    }

    /// Records that a video needs no more work.
    package func finish(_ video: VideoID, status: VideoStatus, reason: String?) throws(JournalError) {
        try write("record a finished video") { database in
            try database.execute(
                sql: "UPDATE video SET stage = ?, status = ?, reason = ? WHERE id = ?",
                arguments: [VideoStage.finished.rawValue, status.rawValue, reason, video.rawValue])
        }
    }

    /// Sends a video back to its tracking pass: its result files are gone, its detections are not.
    package func reopen(_ video: VideoID) throws(JournalError) {
        try write("reopen a video") { database in
            try database.execute(
                sql: "UPDATE video SET stage = ?, status = ?, reason = NULL WHERE id = ?",
                arguments: [VideoStage.detecting.rawValue, VideoStatus.pending.rawValue, video.rawValue])
            try Self.reopenSegments(database, of: video)
        }
    }

    private static func reopenSegments(_ database: Database, of video: VideoID) throws {
        try database.execute(
            sql: "UPDATE item SET state = ?, reason = NULL WHERE video = ? AND kind = ?",
            arguments: [ItemState.pending.rawValue, video.rawValue, WorkItemKind.segment.rawValue])
    }

    private static func insertVideo(
        _ database: Database, relativePath: String, path: String, identity: FileIdentity?, stage: VideoStage,
        status: VideoStatus, reason: String?, frames: Int, shortfall: Shortfall? = nil
    ) throws -> VideoRecord {
        try database.execute(sql: "DELETE FROM video WHERE relativePath = ?", arguments: [relativePath])
        try database.execute(
            sql: """
                INSERT INTO video (relativePath, path, size, modified, stage, status, reason, plannedFrames,
                    shortfallFrames, shortfallFrom, shortfallTo, shortfallCause)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                relativePath, path, identity?.size, identity?.modified, stage.rawValue, status.rawValue, reason, frames,
                shortfall?.frames, shortfall?.from, shortfall?.to, shortfall?.cause,
            ])
        return VideoRecord(
            id: VideoID(rawValue: database.lastInsertedRowID), relativePath: relativePath, path: path,
            identity: identity, stage: stage, status: status, reason: reason, plannedFrames: frames,
            shortfall: shortfall, ledger: FrameLedger(), detections: 0, tracks: 0)
    }
}

extension VideoRecord {
    init(_ row: Row) throws {
        let size: Int64? = row["size"]
        let modified: Int64? = row["modified"]
        self.init(
            id: VideoID(rawValue: row["id"]), relativePath: row["relativePath"], path: row["path"],
            identity: size.flatMap { size in modified.map { FileIdentity(size: size, modified: $0) } },
            stage: try row.value("stage"), status: try row.value("status"), reason: row["reason"],
            plannedFrames: row["plannedFrames"], shortfall: Shortfall(row),
            ledger: FrameLedger(
                detected: row["detected"], skipped: row["skipped"], undecodable: row["undecodable"]),
            detections: row["detections"], tracks: row["tracks"])
    }
}

extension Shortfall {
    fileprivate init?(_ row: Row) {
        guard let from: Double = row["shortfallFrom"], let to: Double = row["shortfallTo"] else { return nil }
        self.init(frames: row["shortfallFrames"], from: from, to: to, cause: row["shortfallCause"])
    }
}

extension Row {
    /// A column that holds the name of an enumeration's case.
    func value<Case: RawRepresentable<String>>(_ column: String) throws -> Case {
        let name: String = self[column]
        guard let value = Case(rawValue: name) else {
            throw JournalError(
                .unreadable, operation: "read a record", subject: column, reason: "'\(name)' is unknown")
        }
        return value
    }
}
