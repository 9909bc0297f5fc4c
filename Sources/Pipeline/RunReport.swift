import Journal
import Media
import Tensors

/// `run.json`: everything about the run. Only the last section, `execution`, tells how it was computed; the rest is the
/// same for any number of workers and any history.
struct RunReport {
    static let formatVersion = 1

    let request: DetectRequest
    let settings: ResultSettings
    let summary: RunSummary
    let isInterrupted: Bool
    /// Videos of earlier commands into the same folder.
    let others: [RunSummary.Video]

    var document: JSONDocument {
        JSONDocument([
            "format_version": .value(.integer(Self.formatVersion)),
            "tool": .value(.object(["name": .string(ToolVersion.name), "version": .string(ToolVersion.current)])),
            "status": .value(.string(status)),
            "model": .value(
                .object([
                    "name": .string(settings.modelName), "sha256": .string(settings.modelDigest),
                    "labels": .integer(settings.labels.count),
                ])),
            "settings": .value(settingsJSON),
            "totals": .value(totals),
            "videos": .list(of: videos, Self.json),
            "problems": .list(of: request.problems) {
                .object(["input": .string($0.subject), "reason": .string($0.reason)])
            },
            "execution": .value(execution),
        ])
    }

    /// By place of the results, so that the order does not depend on how inputs were named.
    private var videos: [RunSummary.Video] {
        (summary.videos + others).sorted { Array($0.relativePath.utf8).lexicographicallyPrecedes($1.relativePath.utf8) }
    }

    private var status: String {
        if isInterrupted || videos.contains(where: { $0.status == .pending }) { return "interrupted" }
        return request.problems.isEmpty && videos.allSatisfy { $0.status == .complete } ? "complete" : "incomplete"
    }

    private var settingsJSON: JSONValue {
        .object([
            "precision": .string(request.precision.rawValue),
            "fold_colours": .bool(request.foldsColours),
            "deinterlace": .string(request.deinterlacing.rawValue),
            "confidence": .decimal(Double(settings.confidence), places: 4),
            "iou": .decimal(Double(settings.iou), places: 4),
            "score_floor": .decimal(Double(settings.scoreFloor), places: 4),
            "classes": settings.classes.map { .strings($0.sorted().map(settings.label)) } ?? .null,
            "annotate": .string(request.annotation.rawValue),
            "encoder": request.annotation == .video
                ? .object([
                    "container": .string(request.container.rawValue),
                    "codec": .string(request.encoder.codec.rawValue),
                    "preset": .string(request.encoder.preset), "crf": .integer(request.encoder.crf),
                ]) : .null,
        ])
    }

    private var totals: JSONValue {
        let frames = videos.reduce(into: FrameLedger()) { $0.add($1.frames) }
        var statuses: [JSONValue.Field] = []
        for status in VideoStatus.allCases {
            let count = videos.count { $0.status == status }
            statuses.append(.init(key: status.rawValue, value: .integer(count)))
        }
        return .object([
            "videos": .object(statuses),
            "frames": Self.json(frames),
            "detections": .integer(videos.reduce(0) { $0 + $1.detections }),
            "tracks": .integer(videos.reduce(0) { $0 + $1.tracks }),
        ])
    }

    private static func json(_ frames: FrameLedger) -> JSONValue {
        .object([
            "total": .integer(frames.total), "detected": .integer(frames.detected),
            "skipped": .integer(frames.skipped), "undecodable": .integer(frames.undecodable),
        ])
    }

    private static func json(_ video: RunSummary.Video) -> JSONValue {
        .object([
            "path": .string(video.path),
            "results": .string(video.relativePath),
            "status": .string(video.status.rawValue),
            "reason": .optional(video.reason),
            "frames": json(video.frames),
            "detections": .integer(video.detections),
            "tracks": .integer(video.tracks),
        ])
    }

    /// Of the last command only.
    private var execution: JSONValue {
        let times = summary.times
        let stages: KeyValuePairs<String, Double> = [
            "decode": times.decode, "preprocess": times.preprocess, "inference": times.inference,
            "postprocess": times.postprocess, "track": times.track, "draw": times.draw, "encode": times.encode,
            "other": times.other,
        ]
        return .object([
            "workers": .integer(request.workers),
            "threads": .integer(request.threads),
            "batch_frames": .integer(request.batchFrames),
            "frames_detected": .integer(times.framesDetected),
            "frames_rendered": .integer(times.framesRendered),
            "wall_seconds": .decimal(times.wall, places: 3),
            "cpu_seconds": .object(stages.map { .init(key: $0.key, value: .decimal($0.value, places: 3)) }),
        ])
    }
}
