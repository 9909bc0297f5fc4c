import Journal
import Media
import ObjectDetection
import Tracking
import WorkProtocol

/// The frames of a video as results have them, out of what the journal has of its batches: in order, numbered, tracks followed. A batch is in
/// memory at a time, so that does not grow with the number of frames.
struct MergedFrames {
    /// One batch's share.
    struct Batch {
        let tracks: StoredTracks
        let frames: [ResultFrame]
    }

    /// The first line of `detections.jsonl`.
    let header: JSONValue
    /// What has been seen so far.
    private(set) var summary: VideoSummary
    private let journal: RunJournal
    private let settings: ResultSettings
    private let info: VideoInfo
    private let video: VideoID
    /// Of the last batch that was looked at.
    private var ordinal: Int?
    private var sequence: FrameSequence

    /// - Parameter scratch: a folder for what does not fit into memory; nothing stays in it.
    init(_ journal: RunJournal, _ video: VideoRecord, _ settings: ResultSettings, scratch: String) throws {
        (self.journal, self.settings, self.video) = (journal, settings, video.id)
        info = try video.info ?? VideoProbe.probe(path: video.path)
        header = DetectionsFile.header(video: video.relativePath, info: info, settings: settings)
        summary = VideoSummary(scratch: scratch, shortfall: video.shortfall)
        sequence = FrameSequence(confidence: settings.confidence, frameRate: info.averageFrameRate?.doubleValue)
    }

    /// The next batch of which anything is known; nil at the end.
    mutating func nextBatch() throws -> Batch? {
        while let item = try journal.batch(of: video, after: ordinal) {
            ordinal = item.ordinal
            guard let result = try journal.result(of: item.id) else { continue }
            let first = sequence.count
            let tracked = result.frames.map { TrackedFrame($0, &sequence, settings) }
            let frames = tracked.enumerated().map { offset, frame in
                frame.reported(number: first + offset, info: info, settings: settings)
            }
            for frame in frames { try summary.add(frame) }
            let tracks = BatchTracks(frames: tracked.map(\.tracks))
            return Batch(tracks: StoredTracks(batch: item.id, tracks: tracks), frames: frames)
        }
        return nil
    }
}

extension TrackedFrame {
    /// The next frame of `sequence`; detections of classes that nobody asked for have no tracks.
    fileprivate init(_ record: FrameRecord, _ sequence: inout FrameSequence, _ settings: ResultSettings) {
        let places = record.detections.indices.filter { settings.concerns(record.detections[$0]) }
        let found = sequence.next(places.map { record.detections[$0] }, isDetected: record.status == .detected)
        var tracks = [Int?](repeating: nil, count: record.detections.count)
        for (place, track) in zip(places, found) { tracks[place] = track }
        self.init(record: record, tracks: tracks)
    }

    /// The detections that belong into the results.
    func reported(_ settings: ResultSettings) -> [TrackedDetection] {
        zip(record.detections, tracks).map { TrackedDetection(detection: $0, track: $1) }
            .filter { settings.concerns($0.detection) && $0.isReported(confidence: settings.confidence) }
    }

    fileprivate func reported(number: Int, info: VideoInfo, settings: ResultSettings) -> ResultFrame {
        ResultFrame(
            number: number, pts: record.pts, seconds: info.seconds(at: record.pts), status: record.status,
            detections: reported(settings))
    }
}
