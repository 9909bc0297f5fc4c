import Foundation
import GRDB
package import Media
import WorkProtocol

extension RunJournal {
    /// The frames of a range of a video with their tracks, in presentation order, across batch boundaries.
    package func frames(of video: VideoID, in range: FrameRange) throws(JournalError) -> [TrackedFrame] {
        try read("read the frames of a range") { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT result.frames, result.tracks FROM item JOIN result ON result.item = item.id
                    WHERE item.video = ? AND item.kind = ? AND item.startPTS < ? AND item.endPTS > ?
                    ORDER BY item.ordinal
                    """,
                arguments: [video.rawValue, WorkItemKind.batch.rawValue, range.endPTS, range.startPTS])
            var frames: [TrackedFrame] = []
            while let row = try rows.next() {
                frames += try Self.frames(row).filter {
                    range.startPTS <= $0.record.pts && $0.record.pts < range.endPTS
                }
            }
            return frames
        }
    }

    private static func frames(_ row: Row) throws -> [TrackedFrame] {
        let records = try BatchResult(encoded: Array(row.blob("frames"))).frames
        let stored: Data? = row["tracks"]
        let tracks = try stored.map { try BatchTracks(encoded: Array($0)).frames }
        return records.enumerated().map { index, record in
            let none = [Int?](repeating: nil, count: record.detections.count)
            guard let tracks, index < tracks.count, tracks[index].count == none.count else {
                return TrackedFrame(record: record, tracks: none)
            }
            return TrackedFrame(record: record, tracks: tracks[index])
        }
    }
}

extension Row {
    /// A column of bytes that must be there.
    func blob(_ column: String) -> Data { self[column] }
}

extension [UInt8] {
    /// The bytes in the form that GRDB binds.
    var data: Data { Data(self) }
}
