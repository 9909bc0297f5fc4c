import Foundation
import Imaging
import ObjectDetection
import WorkProtocol

@testable import Journal
@testable import Media

/// A folder of its own for one test, gone with the value.
final class JournalFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "windhover-journal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> RunJournal { try RunJournal.open(in: path, create: true) }
}

extension PlannedRange {
    init(_ start: Int64, _ end: Int64) {
        self.init(range: FrameRange(startPTS: start, endPTS: end), frames: 2)
    }
}

extension StoredTracks {
    static func of(_ batch: ItemRecord, _ tracks: [[Int?]]) -> StoredTracks {
        StoredTracks(batch: batch.id, tracks: BatchTracks(frames: tracks))
    }
}

extension FrameRecord {
    /// A frame with one detection whose score tells it apart.
    init(pts: Int64, score: Float) {
        let box = BoundingBox(x: 1, y: 2, width: 3, height: 4)
        self.init(
            pts: pts, duration: 1, status: .detected,
            detections: [Detection(classIndex: 0, score: score, box: box)])
    }
}

let someIdentity = FileIdentity(size: 10, modified: 1_700_000_000_123_456_789)

let someInfo = VideoInfo(
    path: "v", formatName: "matroska,webm", codecName: "h264", pixelFormatName: "yuv420p",
    timeBase: Rational(numerator: 1, denominator: 1000), codedSize: ImageSize(width: 64, height: 48),
    displaySize: ImageSize(width: 48, height: 64), orientation: Orientation(quarterTurns: 1), hasAudio: true,
    colour: ColourProperties(matrix: 1))
