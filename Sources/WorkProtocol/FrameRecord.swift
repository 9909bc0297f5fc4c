package import ObjectDetection

/// One frame of a video as a batch reports it and as the journal keeps it.
package struct FrameRecord: Sendable, Hashable {
    /// What became of the frame.
    package enum Status: Sendable, Hashable {
        case detected
        /// The frame, or a packet where a frame was to be expected, could not be decoded.
        case undecodable(reason: String)
        /// Left out on purpose.
        case skipped(reason: String)
    }

    /// Presentation time in units of the stream's time base.
    package var pts: Int64
    /// Display time in the same units; 0 where the container does not say.
    package var duration: Int64
    package var status: Status
    /// Everything found, down to the score floor of the run; empty unless `status` is `detected`.
    package var detections: [Detection]

    package init(pts: Int64, duration: Int64, status: Status, detections: [Detection] = []) {
        self.pts = pts
        self.duration = duration
        self.status = status
        self.detections = detections
    }
}

/// CPU time by stage, nanoseconds.
package struct StageTimes: Sendable, Hashable {
    package var decode: Int64
    package var preprocess: Int64
    package var inference: Int64
    package var postprocess: Int64
    package var draw: Int64
    package var encode: Int64

    package init(
        decode: Int64 = 0, preprocess: Int64 = 0, inference: Int64 = 0, postprocess: Int64 = 0, draw: Int64 = 0,
        encode: Int64 = 0
    ) {
        self.decode = decode
        self.preprocess = preprocess
        self.inference = inference
        self.postprocess = postprocess
        self.draw = draw
        self.encode = encode
    }

    package var total: Int64 { decode + preprocess + inference + postprocess + draw + encode }

    package mutating func add(_ other: StageTimes) {
        decode += other.decode
        preprocess += other.preprocess
        inference += other.inference
        postprocess += other.postprocess
        draw += other.draw
        encode += other.encode
    }
}

/// The frames of one batch, in presentation order.
package struct BatchResult: Sendable, Hashable {
    package var item: WorkItemID
    package var frames: [FrameRecord]
    package var times: StageTimes
    /// Damage met on the way that has no known place in time; one clear line each.
    package var problems: [String]
    /// Segments of the drawn video that were completed on the way; their time is in `times`.
    package var segments: [SegmentResult]

    package init(
        item: WorkItemID, frames: [FrameRecord], times: StageTimes = StageTimes(), problems: [String] = [],
        segments: [SegmentResult] = []
    ) {
        self.item = item
        self.frames = frames
        self.times = times
        self.problems = problems
        self.segments = segments
    }
}

/// The track of each detection of each frame of one batch, parallel to `BatchResult.frames`; nil: no track.
package struct BatchTracks: Sendable, Hashable {
    package var frames: [[Int?]]

    package init(frames: [[Int?]]) { self.frames = frames }
}
