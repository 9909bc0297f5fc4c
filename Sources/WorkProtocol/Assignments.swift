package import Media
package import ObjectDetection
package import Tensors

/// Names one piece of work, a batch or a segment; unique within a run directory.
package struct WorkItemID: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
    package init(_ value: Int64) { rawValue = value }

    package static func < (a: WorkItemID, b: WorkItemID) -> Bool { a.rawValue < b.rawValue }
    package var description: String { "\(rawValue)" }
}

/// What a worker needs to know once, before its first assignment.
package struct WorkerConfiguration: Sendable, Hashable {
    /// The ONNX file; empty for a worker that only draws.
    package var modelPath: String
    /// Whether the worker needs the model.
    package var detects: Bool { !modelPath.isEmpty }
    package var description: ModelDescription
    /// What the model is computed in; never left to the worker, so that all agree.
    package var precision: Precision
    /// Inference threads, at least 1.
    package var threads: Int
    /// Detections below are not reported, 0...1.
    package var scoreFloor: Float
    /// Overlap above which non-maximum suppression drops the weaker box, 0...1.
    package var iou: Float
    /// Detections of at least this score are drawn and can start a track, 0...1.
    package var confidence: Float
    /// Label indices to keep; nil keeps all.
    package var classes: [Int]?
    /// Whether the model's first convolution converts the colours of videos that allow it.
    package var foldsColours: Bool
    /// Which frames are detected and drawn.
    package var selection: FrameSelection
    package var deinterlacing: Deinterlacing
    package var encoder: EncoderSettings
    /// What inputs may be and open.
    package var inputRules = InputRules()

    package init(
        modelPath: String, description: ModelDescription, precision: Precision, threads: Int, scoreFloor: Float,
        iou: Float, confidence: Float, classes: [Int]?, foldsColours: Bool = false,
        selection: FrameSelection = .everything, deinterlacing: Deinterlacing = .automatic, encoder: EncoderSettings
    ) {
        self.modelPath = modelPath
        self.description = description
        self.precision = precision
        self.threads = threads
        self.scoreFloor = scoreFloor
        self.iou = iou
        self.confidence = confidence
        self.classes = classes
        self.foldsColours = foldsColours
        self.selection = selection
        self.deinterlacing = deinterlacing
        self.encoder = encoder
    }
}

/// Detect objects in the frames of one range of one video.
package struct BatchAssignment: Sendable, Hashable {
    package var item: WorkItemID
    /// The video's name: its path, or the name of its address in the input rules.
    package var video: String
    package var range: FrameRange
    /// The batch before it in the video; nil for the first.
    package var predecessor: WorkItemID?
    /// The missing segments that overlap the range, ascending. A worker that has done all batches up to this one knows the tracks
    /// and can draw and encode on the way; none: nothing is drawn now.
    package var segments: [PlannedSegment]
    /// Whether decoding begins as near as possible (`DecodingPlace.nearest`): workers have crashed, and what is to blame may be before the range.
    package var startsNearby: Bool

    package init(
        item: WorkItemID, video: String, range: FrameRange, predecessor: WorkItemID? = nil,
        segments: [PlannedSegment] = [], startsNearby: Bool = false
    ) {
        self.item = item
        self.video = video
        self.range = range
        self.predecessor = predecessor
        self.segments = segments
        self.startsNearby = startsNearby
    }
}

/// A part of the drawn video.
package struct PlannedSegment: Sendable, Hashable {
    package var item: WorkItemID
    package var range: FrameRange
    /// The segment file to write; it appears whole or not at all.
    package var output: String

    package init(item: WorkItemID, range: FrameRange, output: String) {
        self.item = item
        self.range = range
        self.output = output
    }
}

/// Draw boxes on the frames of one range and encode them as one segment file.
package struct RenderAssignment: Sendable, Hashable {
    package var item: WorkItemID
    /// The video's name: its path, or the name of its address in the input rules.
    package var video: String
    package var range: FrameRange
    /// The segment file to write; it appears whole or not at all.
    package var output: String
    /// What to draw, in presentation order; a frame without an entry stays as it is.
    package var frames: [FrameDrawing]

    package init(item: WorkItemID, video: String, range: FrameRange, output: String, frames: [FrameDrawing]) {
        self.item = item
        self.video = video
        self.range = range
        self.output = output
        self.frames = frames
    }
}

/// The boxes of one frame.
package struct FrameDrawing: Sendable, Hashable {
    package var pts: Int64
    package var boxes: [TrackedDetection]

    package init(pts: Int64, boxes: [TrackedDetection]) {
        self.pts = pts
        self.boxes = boxes
    }
}

/// A detection and the track it belongs to, if any.
package struct TrackedDetection: Sendable, Hashable {
    package var detection: Detection
    /// 1, 2, 3… within its video; nil: no track.
    package var track: Int?

    package init(detection: Detection, track: Int?) {
        self.detection = detection
        self.track = track
    }

    /// Whether the detection belongs into results and pictures: strong enough, or a weak sight of something that is followed.
    package func isReported(confidence: Float) -> Bool { detection.score >= confidence || track != nil }
}
