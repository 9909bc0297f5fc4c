import Foundation
import Imaging
import Media
import ObjectDetection
import ProtobufSchemas
import Tensors

extension WorkerConfiguration {
    func wire() throws(WorkProtocolError) -> Windhover_Work_Configuration {
        var wire = Windhover_Work_Configuration()
        wire.modelPath = modelPath
        wire.modelDescription = try encoded(description, "model description")
        wire.frameSelection = try encoded(selection, "frame selection")
        wire.inputRules = try encoded(inputRules, "input rules")
        wire.precision = precision.wire
        wire.threads = UInt32(clamping: threads)
        wire.scoreFloor = scoreFloor
        wire.iou = iou
        wire.confidence = confidence
        wire.allClasses = classes == nil
        wire.classes = (classes ?? []).map { UInt32(clamping: $0) }
        wire.foldColours = foldsColours
        wire.deinterlacing = deinterlacing.wire
        wire.encoder = try encoded(encoder, "encoder settings")
        return wire
    }

    init(_ wire: Windhover_Work_Configuration) throws(WorkProtocolError) {
        self.init(
            modelPath: wire.modelPath, description: try decoded(wire.modelDescription, "model description"),
            precision: try Precision(wire.precision), threads: Int(wire.threads), scoreFloor: wire.scoreFloor,
            iou: wire.iou,
            confidence: wire.confidence, classes: wire.allClasses ? nil : wire.classes.map { Int($0) },
            foldsColours: wire.foldColours,
            selection: try decoded(wire.frameSelection, "frame selection"),
            deinterlacing: try Deinterlacing(wire.deinterlacing),
            encoder: try decoded(wire.encoder, "encoder settings"))
        inputRules = try decoded(wire.inputRules, "input rules")
    }
}

private func encoded(_ value: some Encodable, _ subject: String) throws(WorkProtocolError) -> Data {
    do {
        return try JSONEncoder().encode(value)
    } catch {
        throw WorkProtocolError(.malformed, operation: "encode", subject: subject, reason: "\(error)")
    }
}

private func decoded<Value: Decodable>(_ data: Data, _ subject: String) throws(WorkProtocolError) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: data)
    } catch {
        throw .malformed(subject, "\(error)")
    }
}

extension Precision {
    fileprivate var wire: Windhover_Work_Precision {
        switch self {
        case .f32: .f32
        case .bf16: .bf16
        case .int8: .int8
        }
    }

    fileprivate init(_ wire: Windhover_Work_Precision) throws(WorkProtocolError) {
        switch wire {
        case .f32: self = .f32
        case .bf16: self = .bf16
        case .int8: self = .int8
        case .UNRECOGNIZED(let value): throw .malformed("precision", "\(value) stands for none")
        }
    }
}

extension Deinterlacing {
    fileprivate var wire: Windhover_Work_Deinterlacing {
        switch self {
        case .automatic: .automatic
        case .on: .on
        case .off: .off
        }
    }

    fileprivate init(_ wire: Windhover_Work_Deinterlacing) throws(WorkProtocolError) {
        switch wire {
        case .automatic: self = .automatic
        case .on: self = .on
        case .off: self = .off
        case .UNRECOGNIZED(let value): throw .malformed("deinterlacing", "\(value) stands for none")
        }
    }
}

extension FrameRange {
    fileprivate var wire: Windhover_Work_Range {
        var wire = Windhover_Work_Range()
        wire.startPts = startPTS
        wire.endPts = endPTS
        return wire
    }

    fileprivate init(_ wire: Windhover_Work_Range) {
        self.init(startPTS: wire.startPts, endPTS: wire.endPts)
    }
}

extension BatchAssignment {
    var wire: Windhover_Work_BatchAssignment {
        var wire = Windhover_Work_BatchAssignment()
        wire.item = UInt64(bitPattern: item.rawValue)
        wire.video = video
        wire.range = range.wire
        if let predecessor { wire.predecessor = UInt64(bitPattern: predecessor.rawValue) }
        wire.segments = segments.map(\.wire)
        wire.startsNearby = startsNearby
        return wire
    }

    init(_ wire: Windhover_Work_BatchAssignment) {
        self.init(
            item: WorkItemID(Int64(bitPattern: wire.item)), video: wire.video, range: FrameRange(wire.range),
            predecessor: wire.hasPredecessor ? WorkItemID(Int64(bitPattern: wire.predecessor)) : nil,
            segments: wire.segments.map(PlannedSegment.init), startsNearby: wire.startsNearby)
    }
}

extension PlannedSegment {
    fileprivate var wire: Windhover_Work_PlannedSegment {
        var wire = Windhover_Work_PlannedSegment()
        wire.item = UInt64(bitPattern: item.rawValue)
        wire.range = range.wire
        wire.output = output
        return wire
    }

    fileprivate init(_ wire: Windhover_Work_PlannedSegment) {
        self.init(
            item: WorkItemID(Int64(bitPattern: wire.item)), range: FrameRange(wire.range), output: wire.output)
    }
}

extension RenderAssignment {
    var wire: Windhover_Work_SegmentAssignment {
        var wire = Windhover_Work_SegmentAssignment()
        wire.item = UInt64(bitPattern: item.rawValue)
        wire.video = video
        wire.range = range.wire
        wire.output = output
        wire.frames = frames.map(\.wire)
        return wire
    }

    init(_ wire: Windhover_Work_SegmentAssignment) throws(WorkProtocolError) {
        var frames: [FrameDrawing] = []
        frames.reserveCapacity(wire.frames.count)
        for frame in wire.frames { frames.append(try FrameDrawing(frame)) }
        self.init(
            item: WorkItemID(Int64(bitPattern: wire.item)), video: wire.video, range: FrameRange(wire.range),
            output: wire.output, frames: frames)
    }
}

extension FrameDrawing {
    var wire: Windhover_Work_FrameDrawing {
        let detections = boxes.map(\.detection)
        var wire = Windhover_Work_FrameDrawing()
        wire.pts = pts
        wire.classIndex = DetectionCoding.classes(detections)
        wire.track = DetectionCoding.tracks(boxes.map(\.track))
        wire.score = DetectionCoding.scores(detections)
        wire.box = DetectionCoding.boxes(detections)
        return wire
    }

    init(_ wire: Windhover_Work_FrameDrawing) throws(WorkProtocolError) {
        let detections = try DetectionCoding.detections(
            classes: wire.classIndex, scores: wire.score, boxes: wire.box, subject: "frame drawing")
        guard wire.track.count == detections.count else {
            throw .malformed("frame drawing", "\(wire.track.count) tracks for \(detections.count) boxes")
        }
        let boxes = zip(detections, DetectionCoding.tracks(wire.track)).map { detection, track in
            TrackedDetection(detection: detection, track: track)
        }
        self.init(pts: wire.pts, boxes: boxes)
    }
}
