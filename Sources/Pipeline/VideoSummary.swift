import Imaging
import Journal
import Media
import ObjectDetection
import WorkProtocol

/// What `summary.json` says about a video, gathered frame by frame; its size depends on the tracks, not on the frames.
struct VideoSummary {
    /// One moment of the video.
    struct Moment: Hashable {
        let frame: Int
        let seconds: Double
    }

    private struct ClassEntry {
        var detections = 0
        var tracks = 0
        let first: Moment
        var last: Moment
    }

    private struct TrackEntry {
        let classIndex: Int
        let start: Moment
        var end: Moment
        var detections = 0
        var scoreSum = 0.0
        var pathLength = 0.0
        var centre: (x: Double, y: Double)
    }

    private(set) var ledger = FrameLedger()
    private(set) var detections = 0
    /// Why frames could not be decoded, and how many each.
    private(set) var reasons: [String: Int] = [:]
    /// The reason of the first undecodable frame.
    private(set) var firstReason: String?
    private var classes: [Int: ClassEntry] = [:]
    private var tracks: [Int: TrackEntry] = [:]
    private var lastMoment: Moment?
    private var losses: FrameLosses

    var trackCount: Int { tracks.count }

    /// - Parameter shortfall: what is missing at the end of the file.
    init(shortfall: Shortfall? = nil) { losses = FrameLosses(shortfall: shortfall) }

    /// Takes in the next frame.
    mutating func add(_ frame: ResultFrame) {
        let moment = Moment(frame: frame.number, seconds: frame.seconds)
        lastMoment = moment
        losses.add(frame)
        switch frame.status {
        case .detected: ledger.detected += 1
        case .skipped: ledger.skipped += 1
        case .undecodable(let reason):
            ledger.undecodable += 1
            reasons[reason, default: 0] += 1
            firstReason = firstReason ?? reason
        }
        for detection in frame.detections { add(detection, at: moment) }
    }

    private mutating func add(_ tracked: TrackedDetection, at moment: Moment) {
        detections += 1
        let classIndex = tracked.detection.classIndex
        var entry = classes[classIndex] ?? ClassEntry(first: moment, last: moment)
        entry.detections += 1
        entry.last = moment
        if let track = tracked.track {
            if tracks[track] == nil { entry.tracks += 1 }
            follow(track, tracked, at: moment)
        }
        classes[classIndex] = entry
    }

    private mutating func follow(_ track: Int, _ tracked: TrackedDetection, at moment: Moment) {
        let box = tracked.detection.box
        let centre = (x: Double(box.centerX), y: Double(box.centerY))
        var entry =
            tracks[track]
            ?? TrackEntry(
                classIndex: tracked.detection.classIndex, start: moment, end: moment, centre: centre)
        let (dx, dy) = (centre.x - entry.centre.x, centre.y - entry.centre.y)
        entry.pathLength += (dx * dx + dy * dy).squareRoot()
        entry.centre = centre
        entry.end = moment
        entry.detections += 1
        entry.scoreSum += Double(tracked.detection.score)
        tracks[track] = entry
    }

    /// The document.
    func json(video: String, settings: ResultSettings) -> JSONValue {
        .object([
            "format_version": .integer(DetectionsFile.formatVersion),
            "video": .string(video),
            "model": .string(settings.modelName),
            "frames": ledgerJSON,
            "seconds": .decimal(lastMoment?.seconds ?? 0, places: 6),
            "detections": .integer(detections),
            "classes": .array(
                classes.sorted { $0.key < $1.key }.map { json(class: $0.key, $0.value, settings) }),
            "tracks": .array(tracks.sorted { $0.key < $1.key }.map { json(track: $0.key, $0.value, settings) }),
        ])
    }

    private var ledgerJSON: JSONValue {
        .object([
            "total": .integer(ledger.total),
            "detected": .integer(ledger.detected),
            "skipped": .integer(ledger.skipped),
            "undecodable": .integer(ledger.undecodable),
            "undecodable_reasons": .object(
                reasons.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .integer($0.value)) }),
            "lost_seconds": .decimal(losses.seconds, places: 6),
            "lost": losses.json,
        ])
    }

    private func json(class index: Int, _ entry: ClassEntry, _ settings: ResultSettings) -> JSONValue {
        .object([
            "class": .string(settings.label(index)),
            "class_id": .integer(index),
            "detections": .integer(entry.detections),
            "tracks": .integer(entry.tracks),
            "first_time": .decimal(entry.first.seconds, places: 6),
            "last_time": .decimal(entry.last.seconds, places: 6),
        ])
    }

    private func json(track: Int, _ entry: TrackEntry, _ settings: ResultSettings) -> JSONValue {
        .object([
            "track": .integer(track),
            "class": .string(settings.label(entry.classIndex)),
            "class_id": .integer(entry.classIndex),
            "start": json(entry.start),
            "end": json(entry.end),
            "length": .object([
                "frames": .integer(entry.end.frame - entry.start.frame + 1),
                "seconds": .decimal(entry.end.seconds - entry.start.seconds, places: 6),
            ]),
            "detections": .integer(entry.detections),
            "mean_score": .decimal(entry.scoreSum / Double(entry.detections), places: 4),
            "path_length": .decimal(entry.pathLength, places: 2),
        ])
    }

    private func json(_ moment: Moment) -> JSONValue {
        .object(["frame": .integer(moment.frame), "time": .decimal(moment.seconds, places: 6)])
    }
}
