import Foundation
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

    /// Records a plan for a video, in place of an earlier one with the same relative path and its results. It is on the disk with the first
    /// of its batches' results.
    ///
    /// - Parameters:
    ///   - segments: to be rendered once the tracks are known; none where no annotated video is wanted.
    ///   - info: what the container says of the video.
    ///   - shortfall: what the container announces and does not hold.
    ///   - artefacts: result files that the video will have, claimed with the plan.
    /// - Returns: the video and its batches, all pending.
    package func plan(
        relativePath: String, path: String, identity: FileIdentity, info: VideoInfo, batches: [PlannedRange],
        segments: [PlannedRange] = [], shortfall: Shortfall? = nil, artefacts: [String] = []
    ) throws(JournalError) -> (VideoRecord, [ItemRecord]) {
        try write("record the plan of \(relativePath)", waitsForDisk: false) { database in
            let video = try Self.insertVideo(
                database, relativePath: relativePath, path: path, identity: identity, stage: .detecting,
                status: .pending, reason: nil, frames: batches.reduce(0) { $0 + $1.frames }, info: info,
                shortfall: shortfall)
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

    /// Records that the tracking pass is complete and its files are in place.
    /// - Parameters:
    ///   - video: how the pass left it. Where it is finished no annotated video is missing, else that can be made.
    ///   - tracks: of batches' detections, in place of earlier ones, as far as they have not been stored yet.
    package func recordTracks(
        _ video: VideoRecord, tracks: [StoredTracks] = [], files: [PlacedFile] = []
    ) throws(JournalError) {
        try write("record the tracks") { database in
            try Self.store(database, tracks)
            try database.execute(
                sql: """
                    UPDATE video SET stage = ?, status = ?, reason = ?, detected = ?, skipped = ?, undecodable = ?,
                    detections = ?, tracks = ?, cause = ?, recipe = ? WHERE id = ?
                    """,
                arguments: [
                    video.stage.rawValue, video.status.rawValue, video.reason, video.ledger.detected,
                    video.ledger.skipped, video.ledger.undecodable, video.detections, video.tracks, video.cause,
                    video.recipe, video.id.rawValue,
                ])
            try Self.place(database, files)
        }
    }

    /// Records that a video needs no more work, and what was put in place last.
    package func finish(
        _ video: VideoID, status: VideoStatus, reason: String?, files: [PlacedFile] = []
    ) throws(JournalError) {
        try write("record a finished video") { database in
            try database.execute(
                sql: "UPDATE video SET stage = ?, status = ?, reason = ? WHERE id = ?",
                arguments: [VideoStage.finished.rawValue, status.rawValue, reason, video.rawValue])
            try Self.place(database, files)
        }
    }

    /// Sends a video back to an earlier stage: result files are missing or other ones are wanted; its detections stay.
    package func reopen(_ video: VideoID, at stage: VideoStage) throws(JournalError) {
        try write("reopen a video") { database in
            try database.execute(
                sql: "UPDATE video SET stage = ?, status = ?, reason = NULL WHERE id = ?",
                arguments: [stage.rawValue, VideoStatus.pending.rawValue, video.rawValue])
        }
    }

    /// Records that a worker took more memory for a video, alone, than the `memory` bytes that all workers may.
    package func noteExhaustion(of video: VideoID, memory: Int) throws(JournalError) {
        try write("record a lack of memory") { database in
            try database.execute(
                sql: "UPDATE video SET memory = ? WHERE id = ?", arguments: [memory, video.rawValue])
        }
    }

    /// Records where the file of a video is and how it looks now; its content is the same.
    package func identify(_ video: VideoID, as identity: FileIdentity, path: String) throws(JournalError) {
        try write("record a video's file") { database in
            try database.execute(
                sql: "UPDATE video SET path = ?, size = ?, modified = ?, digest = ? WHERE id = ?",
                arguments: [path, identity.size, identity.modified, identity.digest, video.rawValue])
        }
    }

    private static func insertVideo(
        _ database: Database, relativePath: String, path: String, identity: FileIdentity?, stage: VideoStage,
        status: VideoStatus, reason: String?, frames: Int, info: VideoInfo? = nil, shortfall: Shortfall? = nil
    ) throws -> VideoRecord {
        try database.execute(sql: "DELETE FROM video WHERE relativePath = ?", arguments: [relativePath])
        try database.execute(
            sql: """
                INSERT INTO video (relativePath, path, size, modified, digest, stage, status, reason, plannedFrames,
                    info, shortfallFrames, shortfallFrom, shortfallTo, shortfallCause)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                relativePath, path, identity?.size, identity?.modified, identity?.digest, stage.rawValue,
                status.rawValue, reason, frames, try info?.text, shortfall?.frames, shortfall?.from, shortfall?.to,
                shortfall?.cause,
            ])
        return VideoRecord(
            id: VideoID(rawValue: database.lastInsertedRowID), relativePath: relativePath, path: path,
            identity: identity, stage: stage, status: status, reason: reason, cause: nil, plannedFrames: frames,
            info: info, shortfall: shortfall, recipe: nil, ledger: FrameLedger(), detections: 0, tracks: 0)
    }
}

extension VideoRecord {
    init(_ row: Row) throws {
        self.init(
            id: VideoID(rawValue: row["id"]), relativePath: row["relativePath"], path: row["path"],
            identity: FileIdentity(row), stage: try row.value("stage"), status: try row.value("status"),
            reason: row["reason"], cause: row["cause"], plannedFrames: row["plannedFrames"],
            info: try VideoInfo(text: row["info"]), shortfall: Shortfall(row), recipe: row["recipe"],
            ledger: FrameLedger(
                detected: row["detected"], skipped: row["skipped"], undecodable: row["undecodable"]),
            detections: row["detections"], tracks: row["tracks"], memory: row["memory"])
    }
}

extension VideoInfo {
    /// As the journal keeps it.
    fileprivate var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    fileprivate init?(text: String?) throws {
        guard let text else { return nil }
        self = try JSONDecoder().decode(VideoInfo.self, from: Data(text.utf8))
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
