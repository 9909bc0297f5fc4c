import Annotation
import Journal
import Media
import ObjectDetection
import WorkProtocol

/// A frame with what is to be drawn on it.
struct DrawnFrame: Sendable, Hashable {
    /// Ticks of the source.
    let pts: Int64
    /// Ticks; 0 where the container does not say.
    let duration: Int64
    /// The first tick that belongs to other batches, of whose frames nothing may be known.
    let batchEnd: Int64
    /// In pixels of the picture as it is stored, unrotated.
    let boxes: [LabelledBox]
}

/// The frames of a video out of the journal, by ascending time, a batch at a time.
struct DrawnFrames {
    private let journal: RunJournal
    private let video: VideoRecord
    private let settings: ResultSettings
    private let info: VideoInfo
    /// Of the batch in hand.
    private var ordinal: Int?
    /// Of the batch in hand.
    private var frames: ArraySlice<DrawnFrame> = []

    init(_ journal: RunJournal, _ video: VideoRecord, _ settings: ResultSettings, _ info: VideoInfo) {
        (self.journal, self.video, self.settings, self.info) = (journal, video, settings, info)
    }

    /// The next frame; nil at the end.
    mutating func next() throws -> DrawnFrame? {
        while frames.isEmpty, let batch = try journal.batch(of: video.id, after: ordinal) {
            ordinal = batch.ordinal
            frames = try load(batch)[...]
        }
        return frames.popFirst()
    }

    private func load(_ batch: ItemRecord) throws -> [DrawnFrame] {
        try journal.frames(of: video.id, in: batch.range)
            .map { frame in
                DrawnFrame(
                    pts: frame.record.pts, duration: frame.record.duration, batchEnd: batch.range.endPTS,
                    boxes: frame.reported(settings).map(labelled))
            }
            .sorted { $0.pts < $1.pts }
    }

    private func labelled(_ tracked: TrackedDetection) -> LabelledBox {
        let detection = tracked.detection
        return LabelledBox(
            box: info.orientation.decoded(detection.box, in: info.codedSize), trackID: tracked.track,
            classIndex: detection.classIndex, label: settings.label(detection.classIndex), score: detection.score)
    }
}
