import Imaging
import ObjectDetection
import ProtobufSchemas

/// Detections travel as parallel arrays, which protobuf packs: class, score, and four box values each.
enum DetectionCoding {
    static func classes(_ detections: [Detection]) -> [UInt32] {
        detections.map { UInt32(clamping: $0.classIndex) }
    }

    static func scores(_ detections: [Detection]) -> [Float] { detections.map(\.score) }

    static func boxes(_ detections: [Detection]) -> [Float] {
        detections.flatMap { [$0.box.x, $0.box.y, $0.box.width, $0.box.height] }
    }

    static func detections(
        classes: [UInt32], scores: [Float], boxes: [Float], subject: String
    ) throws(WorkProtocolError) -> [Detection] {
        guard scores.count == classes.count, boxes.count == 4 * classes.count else {
            throw .malformed(subject, "\(classes.count) classes, \(scores.count) scores, \(boxes.count) box values")
        }
        return classes.indices.map { index in
            let at = 4 * index
            return Detection(
                classIndex: Int(classes[index]), score: scores[index],
                box: BoundingBox(x: boxes[at], y: boxes[at + 1], width: boxes[at + 2], height: boxes[at + 3]))
        }
    }

    /// Track ids as they travel: 0 stands for none.
    static func tracks(_ tracks: [Int?]) -> [UInt32] { tracks.map { UInt32(clamping: $0 ?? 0) } }
    static func tracks(_ tracks: [UInt32]) -> [Int?] { tracks.map { $0 == 0 ? nil : Int($0) } }
}

extension WorkProtocolError {
    static func malformed(_ subject: String, _ reason: String) -> WorkProtocolError {
        WorkProtocolError(.malformed, operation: "decode", subject: subject, reason: reason)
    }
}

/// Runs a decoder and gives its error this target's type.
func decoding<Message>(
    _ subject: String, _ body: () throws(WorkMessageCoding.DecodingError) -> Message
) throws(WorkProtocolError) -> Message {
    do {
        return try body()
    } catch {
        throw .malformed(subject, "the bytes are \(error)")
    }
}

/// Runs an encoder and gives its error this target's type.
func encoding(_ subject: String, _ body: () throws -> [UInt8]) throws(WorkProtocolError) -> [UInt8] {
    do {
        return try body()
    } catch {
        throw WorkProtocolError(.malformed, operation: "encode", subject: subject, reason: "\(error)")
    }
}
