package import Media
package import WorkProtocol

/// Names a video within a run directory.
package struct VideoID: RawRepresentable, Sendable, Hashable, Comparable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package static func < (a: VideoID, b: VideoID) -> Bool { a.rawValue < b.rawValue }
}

/// What tells one content of a file from another.
package struct FileIdentity: Sendable, Hashable, Codable {
    /// Bytes.
    package var size: Int64
    /// Modification time, nanoseconds since 1970.
    package var modified: Int64
    /// Of a result file everything, of a video a sample (see `ContentDigest`); nil where nobody has read it.
    package var digest: String?

    package init(size: Int64, modified: Int64, digest: String? = nil) {
        self.size = size
        self.modified = modified
        self.digest = digest
    }

    /// Whether the file looks untouched, as far as one can tell without reading it.
    package func isUntouched(since earlier: FileIdentity) -> Bool {
        size == earlier.size && modified == earlier.modified
    }
}

/// A result file that is in its place.
package struct PlacedFile: Sendable, Hashable {
    /// Relative to the run directory.
    package var path: String
    package var identity: FileIdentity
    /// The settings that it depends on, as text; another text means that it has to be made anew.
    package var recipe: String

    package init(path: String, identity: FileIdentity, recipe: String) {
        self.path = path
        self.identity = identity
        self.recipe = recipe
    }
}

/// How far a video is.
package enum VideoStage: String, Sendable, Hashable, CaseIterable {
    /// Batches are open, or all are done and tracking is not.
    case detecting
    /// `detections.jsonl` and `summary.json` are written; segments are open or not yet joined.
    case rendering
    /// Nothing more to do.
    case finished
}

/// One input of the run.
package struct VideoRecord: Sendable, Hashable {
    package let id: VideoID
    /// Where its results are, relative to the run directory; unique.
    package var relativePath: String
    /// The file as given.
    package var path: String
    /// nil where the file could not even be looked at.
    package var identity: FileIdentity?
    package var stage: VideoStage
    package var status: VideoStatus
    /// Why it is not complete, for people; nil while it is not finished, and where it is complete.
    package var reason: String?
    /// Why frames are missing, as the tracking pass found; nil where none are.
    package var cause: String?
    /// Frames expected from demuxing; the ledger has the truth.
    package var plannedFrames: Int
    /// What the container says of the video; nil where nothing can be done with it.
    package var info: VideoInfo?
    /// What the container announces and does not hold; nil where that is nothing.
    package var shortfall: Shortfall?
    /// The settings that the tracks depend on, as text; nil before the first tracking pass.
    package var recipe: String?
    /// Known from the tracking pass on.
    package var ledger: FrameLedger
    package var detections: Int
    package var tracks: Int
    /// Bytes of memory that all workers might take when one took more for this video alone; nil where none did.
    package var memory: Int?
}

package enum WorkItemKind: String, Sendable, Hashable {
    case batch, segment
    /// A part of a batch that took workers along; there until all parts of the batch are settled.
    case piece
}

/// What became of an item.
package enum ItemState: String, Sendable, Hashable {
    case pending, done
    /// Given up; the reason is recorded.
    case failed
}

/// A range of frames to detect in or to render.
package struct PlannedRange: Sendable, Hashable, Codable {
    package var range: FrameRange
    /// Frames expected in it.
    package var frames: Int

    package init(range: FrameRange, frames: Int) {
        self.range = range
        self.frames = frames
    }
}

/// One batch or segment of a video.
package struct ItemRecord: Sendable, Hashable {
    package let id: WorkItemID
    package let video: VideoID
    package let kind: WorkItemKind
    /// Place within the items of the same kind of the video, from 0; of pieces, always 0.
    package let ordinal: Int
    package let range: FrameRange
    /// Frames expected in it; of a piece, only those that are chosen.
    package let frames: Int
    package var state: ItemState
    /// Workers that crashed with it.
    package var crashes: Int
    /// Workers that were killed, stopped answering or left with it.
    package var interruptions: Int
    package var reason: String?
    /// Frames in the file of a segment that is done; 0: it has no file.
    package var rendered: Int?
    /// The settings that the file of a segment depends on, as text.
    package var recipe: String?
    /// The batch that a piece is a part of.
    package var parent: WorkItemID? = nil

    /// The item before it, of the same kind in the same video; nil for the first. A plan numbers its items in one go.
    package var predecessor: WorkItemID? { ordinal > 0 ? WorkItemID(id.rawValue - 1) : nil }
}

/// A frame out of the journal, with the tracks of its detections.
package struct TrackedFrame: Sendable, Hashable {
    package var record: FrameRecord
    /// Parallel to `record.detections`.
    package var tracks: [Int?]

    package init(record: FrameRecord, tracks: [Int?]) {
        self.record = record
        self.tracks = tracks
    }
}

/// The tracks of a batch's detections, those included that are not reported.
package struct StoredTracks: Sendable, Hashable {
    package let batch: WorkItemID
    package let tracks: BatchTracks

    package init(batch: WorkItemID, tracks: BatchTracks) { (self.batch, self.tracks) = (batch, tracks) }
}
