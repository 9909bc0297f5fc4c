import Imaging
import ObjectDetection
import ProtobufSchemas

extension BatchResult {
    /// The bytes that the journal stores: all but the segments, of which it has its own record.
    package func encoded() throws(WorkProtocolError) -> [UInt8] {
        var stored = self
        stored.segments = []
        let wire = stored.wire
        return try encoding("batch result") { try WorkMessageCoding.encode(wire) }
    }

    /// A result out of the bytes of `encoded()`.
    package init(encoded bytes: [UInt8]) throws(WorkProtocolError) {
        try self.init(
            decoding("batch result") { () throws(WorkMessageCoding.DecodingError) in
                try WorkMessageCoding.batchResult(bytes)
            })
    }

    var wire: Windhover_Work_BatchResult {
        var wire = Windhover_Work_BatchResult()
        wire.item = UInt64(bitPattern: item.rawValue)
        wire.frames = frames.map(\.wire)
        wire.times = times.wire
        wire.problems = problems
        wire.segments = segments.map(\.wire)
        return wire
    }

    init(_ wire: Windhover_Work_BatchResult) throws(WorkProtocolError) {
        var frames: [FrameRecord] = []
        frames.reserveCapacity(wire.frames.count)
        for frame in wire.frames { frames.append(try FrameRecord(frame)) }
        self.init(
            item: WorkItemID(Int64(bitPattern: wire.item)), frames: frames, times: StageTimes(wire.times),
            problems: wire.problems, segments: wire.segments.map(SegmentResult.init))
    }
}

extension FrameRecord {
    var wire: Windhover_Work_FrameRecord {
        var wire = Windhover_Work_FrameRecord()
        wire.pts = pts
        wire.duration = duration
        switch status {
        case .detected: wire.status = .detected
        case .undecodable(let reason): (wire.status, wire.reason) = (.undecodable, reason)
        case .skipped(let reason): (wire.status, wire.reason) = (.skipped, reason)
        }
        wire.classIndex = DetectionCoding.classes(detections)
        wire.score = DetectionCoding.scores(detections)
        wire.box = DetectionCoding.boxes(detections)
        return wire
    }

    init(_ wire: Windhover_Work_FrameRecord) throws(WorkProtocolError) {
        let status: Status
        switch wire.status {
        case .detected: status = .detected
        case .undecodable: status = .undecodable(reason: wire.reason)
        case .skipped: status = .skipped(reason: wire.reason)
        case .UNRECOGNIZED(let value): throw .malformed("frame record", "status \(value) is unknown")
        }
        let detections = try DetectionCoding.detections(
            classes: wire.classIndex, scores: wire.score, boxes: wire.box, subject: "frame record")
        self.init(pts: wire.pts, duration: wire.duration, status: status, detections: detections)
    }
}

extension StageTimes {
    var wire: Windhover_Work_StageTimes {
        var wire = Windhover_Work_StageTimes()
        wire.decode = decode
        wire.preprocess = preprocess
        wire.inference = inference
        wire.postprocess = postprocess
        wire.draw = draw
        wire.encode = encode
        return wire
    }

    init(_ wire: Windhover_Work_StageTimes) {
        self.init(
            decode: wire.decode, preprocess: wire.preprocess, inference: wire.inference, postprocess: wire.postprocess,
            draw: wire.draw, encode: wire.encode)
    }
}

extension BatchTracks {
    /// The bytes that the journal stores.
    package func encoded() throws(WorkProtocolError) -> [UInt8] {
        var wire = Windhover_Work_BatchTracks()
        wire.frames = frames.map { tracks in
            var frame = Windhover_Work_FrameTracks()
            frame.track = DetectionCoding.tracks(tracks)
            return frame
        }
        return try encoding("batch tracks") { try WorkMessageCoding.encode(wire) }
    }

    /// Tracks out of the bytes of `encoded()`.
    package init(encoded bytes: [UInt8]) throws(WorkProtocolError) {
        let wire = try decoding("batch tracks") { () throws(WorkMessageCoding.DecodingError) in
            try WorkMessageCoding.batchTracks(bytes)
        }
        self.init(frames: wire.frames.map { DetectionCoding.tracks($0.track) })
    }
}
