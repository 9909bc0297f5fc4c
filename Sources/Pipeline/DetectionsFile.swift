import Imaging
import Media
import ObjectDetection
import WorkProtocol

/// What the results say about the model and the thresholds.
struct ResultSettings: Sendable, Hashable {
    let modelName: String
    let modelDigest: String
    let labels: [String]
    let confidence: Float
    let iou: Float
    let classes: [Int]?
    let scoreFloor: Float
    let selection: FrameSelection

    init(_ settings: RunSettings) {
        let detection = settings.detection
        modelName = settings.tracking.modelName
        modelDigest = detection.modelDigest
        labels = detection.description.labels
        confidence = settings.tracking.confidence
        iou = detection.iou
        classes = settings.tracking.classes ?? detection.classes
        selection = detection.selection
        scoreFloor = min(detection.scoreFloor, confidence)
    }

    /// Whether a detection is of a class that is asked for.
    func concerns(_ detection: Detection) -> Bool { classes.map { $0.contains(detection.classIndex) } ?? true }

    func label(_ classIndex: Int) -> String {
        labels.indices.contains(classIndex) ? labels[classIndex] : "class \(classIndex)"
    }
}

/// One frame as the results have it: numbered, with the detections that are reported.
struct ResultFrame {
    /// From 0, over all frames of the video.
    let number: Int
    let pts: Int64
    let seconds: Double
    let status: FrameRecord.Status
    let detections: [TrackedDetection]
}

/// The lines of `detections.jsonl`. Scores have 4 decimals, boxes 2, times 6.
enum DetectionsFile {
    static let formatVersion = 1

    /// The first line.
    static func header(video: String, info: VideoInfo, settings: ResultSettings) -> JSONValue {
        .object([
            "format_version": .integer(formatVersion),
            "video": .string(video),
            "frames": .string(settings.selection.description),
            "time_base": .array([.integer(info.timeBase.numerator), .integer(info.timeBase.denominator)]),
            "size": .array([.integer(info.displaySize.width), .integer(info.displaySize.height)]),
            "rotation": .integer(info.orientation.quarterTurns * 90),
            "mirrored": .bool(info.orientation.isMirrored),
            "model": .string(settings.modelName),
            "model_sha256": .string(settings.modelDigest),
            "confidence": .decimal(Double(settings.confidence), places: 4),
            "iou": .decimal(Double(settings.iou), places: 4),
            "labels": .strings(settings.labels),
        ])
    }

    /// A frame's line.
    static func line(_ frame: ResultFrame, settings: ResultSettings) -> JSONValue {
        var fields: [JSONValue.Field] = [
            .init(key: "frame", value: .integer(frame.number)),
            .init(key: "pts", value: .integer(frame.pts)),
            .init(key: "time", value: .decimal(frame.seconds, places: 6)),
        ]
        switch frame.status {
        case .detected: fields.append(.init(key: "status", value: .string("detected")))
        case .undecodable(let reason): fields += status("undecodable", reason)
        case .skipped(let reason): fields += status("skipped", reason)
        }
        let detections = frame.detections.map { detection($0, settings: settings) }
        fields.append(.init(key: "detections", value: .array(detections)))
        return .object(fields)
    }

    private static func status(_ name: String, _ reason: String) -> [JSONValue.Field] {
        [.init(key: "status", value: .string(name)), .init(key: "reason", value: .string(reason))]
    }

    private static func detection(_ tracked: TrackedDetection, settings: ResultSettings) -> JSONValue {
        let detection = tracked.detection
        return .object([
            "track": .optional(tracked.track),
            "class": .string(settings.label(detection.classIndex)),
            "class_id": .integer(detection.classIndex),
            "score": .decimal(Double(detection.score), places: 4),
            "box": .array(
                [detection.box.x, detection.box.y, detection.box.width, detection.box.height].map {
                    .decimal(Double($0), places: 2)
                }),
        ])
    }
}
