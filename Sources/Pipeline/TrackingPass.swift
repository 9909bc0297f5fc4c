import CPlatform
import Journal
import Media
import Tracking
import WorkProtocol

/// What the tracking pass of a video found.
struct TrackingOutcome: Sendable, Hashable {
    var ledger: FrameLedger
    var detections: Int
    var tracks: Int
    /// Why frames are missing: of the first undecodable one, or of the first batch of which nothing is known.
    var reason: String?
    /// Nanoseconds.
    var cpuTime: Int64
}

/// The one ordered pass over a video's merged detections: numbers the frames, follows objects, writes
/// `detections.jsonl` and `summary.json`. Memory does not grow with the number of frames.
struct TrackingPass: Sendable {
    let journal: RunJournal
    let directory: RunDirectory
    let settings: ResultSettings
    let video: VideoRecord

    private static let batchesAtOnce = 64

    /// Runs the pass and puts the files in place. Blocks.
    func run() throws -> TrackingOutcome {
        let start = wh_thread_cpu_nanoseconds()
        let info = try VideoProbe.probe(path: video.path)
        try directory.createFolder(directory.folder(of: video.relativePath))
        let file = try AtomicFile(path: directory.path(.detections, of: video.relativePath))
        let header = DetectionsFile.header(video: video.relativePath, info: info, settings: settings)
        try file.write(header.compact + "\n")
        let summary = try follow(info, into: file)
        try file.commit()
        try AtomicFile.write(
            summary.json(video: video.relativePath, settings: settings).pretty,
            to: directory.path(.summary, of: video.relativePath))
        return TrackingOutcome(
            ledger: summary.ledger, detections: summary.detections, tracks: summary.trackCount,
            reason: try summary.firstReason ?? lostBatch(), cpuTime: wh_thread_cpu_nanoseconds() - start)
    }

    private func follow(_ info: VideoInfo, into file: AtomicFile) throws -> VideoSummary {
        var sequence = FrameSequence(
            confidence: settings.confidence, frameRate: info.averageFrameRate?.doubleValue)
        var summary = VideoSummary(shortfall: video.shortfall)
        var unsaved: [(item: WorkItemID, tracks: BatchTracks)] = []
        for item in try journal.items(of: video.id, kind: .batch) {
            guard let result = try journal.result(of: item.id) else { continue }
            let tracked = result.frames.map { record in
                let isDetected = record.status == .detected
                return TrackedFrame(record: record, tracks: sequence.next(record.detections, isDetected: isDetected))
            }
            unsaved.append((item.id, BatchTracks(frames: tracked.map(\.tracks))))
            // Many in one transaction: each waits for the disk.
            if unsaved.count == Self.batchesAtOnce { try save(&unsaved) }
            for (offset, frame) in tracked.enumerated() {
                let number = sequence.count - tracked.count + offset
                let resultFrame = frame.reported(number: number, info: info, settings: settings)
                summary.add(resultFrame)
                try file.write(DetectionsFile.line(resultFrame, settings: settings).compact + "\n")
            }
        }
        try save(&unsaved)
        return summary
    }

    private func lostBatch() throws(JournalError) -> String? {
        try journal.items(of: video.id, kind: .batch).lazy.compactMap(\.reason).first
    }

    private func save(_ tracks: inout [(item: WorkItemID, tracks: BatchTracks)]) throws {
        try journal.storeTracks(tracks)
        tracks = []
    }
}

extension TrackedFrame {
    /// The detections that belong into the results.
    func reported(_ settings: ResultSettings) -> [TrackedDetection] {
        zip(record.detections, tracks).map { TrackedDetection(detection: $0, track: $1) }
            .filter { $0.isReported(confidence: settings.confidence) }
    }

    func reported(number: Int, info: VideoInfo, settings: ResultSettings) -> ResultFrame {
        ResultFrame(
            number: number, pts: record.pts, seconds: info.seconds(at: record.pts), status: record.status,
            detections: reported(settings))
    }
}
