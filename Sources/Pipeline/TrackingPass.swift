import CPlatform
import Journal
import Media
import WorkProtocol

/// What the tracking pass of a video found.
struct TrackingOutcome: Sendable, Hashable {
    var ledger: FrameLedger
    var detections: Int
    var tracks: Int
    /// Why frames are missing: of the first undecodable one, or of the first batch of which nothing is known.
    var cause: String?
    /// Of the last batches; those before have been stored.
    var unsaved: [StoredTracks] = []
    /// `detections.jsonl` and `summary.json`.
    var files: [PlacedFile]
    /// Nanoseconds.
    var cpuTime: Int64
}

/// The one ordered pass over a video's merged detections: numbers the frames, follows objects, writes
/// `detections.jsonl` and `summary.json`. Memory does not grow with the number of frames.
struct TrackingPass: Sendable {
    let journal: RunJournal
    let directory: RunDirectory
    let settings: ResultSettings
    let recipe: String
    let video: VideoRecord

    /// Batches whose tracks are stored in one go. Few: none of these transactions waits for the disk, and crowded frames have hundreds of detections.
    private static let batchesAtOnce = 4

    /// Runs the pass and puts the files in place. Blocks.
    func run() throws -> TrackingOutcome {
        let start = wh_thread_cpu_nanoseconds()
        try directory.createFolder(directory.folder(of: video.relativePath))
        let file = try AtomicFile(path: directory.path(.detections, of: video.relativePath))
        var unsaved: [StoredTracks] = []
        var merged = try MergedFrames(journal, video, settings, scratch: directory.hidden)
        try file.write(merged.header.compact + "\n")
        while let batch = try merged.nextBatch() {
            unsaved.append(batch.tracks)
            if unsaved.count == Self.batchesAtOnce {
                try journal.storeTracks(unsaved)
                unsaved = []
            }
            for frame in batch.frames { try file.write(DetectionsFile.line(frame, settings: settings).compact + "\n") }
        }
        try file.commit()
        let summary = merged.summary
        try AtomicFile.write(
            summary.document(video: video.relativePath, settings: settings),
            to: directory.path(.summary, of: video.relativePath))
        return TrackingOutcome(
            ledger: summary.ledger, detections: summary.detections, tracks: summary.trackCount,
            cause: try summary.firstReason ?? journal.firstLoss(of: video.id), unsaved: unsaved,
            files: try directory.placed([.detections, .summary], of: video.relativePath, recipe: recipe),
            cpuTime: wh_thread_cpu_nanoseconds() - start)
    }
}
