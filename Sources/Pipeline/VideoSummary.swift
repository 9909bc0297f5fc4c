import Imaging
import Journal
import Media
import ObjectDetection
import WorkProtocol

/// What `summary.json` says about a video, gathered frame by frame; its size in memory depends neither on the frames nor on the tracks. Of copies
/// only the last one may be used.
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

    private(set) var ledger = FrameLedger()
    private(set) var detections = 0
    /// Why frames could not be decoded, and how many each.
    private(set) var reasons: [String: Int] = [:]
    /// The reason of the first undecodable frame.
    private(set) var firstReason: String?
    private var classes: [Int: ClassEntry] = [:]
    private var tracks: TrackTable
    private var lastMoment: Moment?
    private var losses: FrameLosses

    var trackCount: Int { tracks.count }

    /// - Parameters:
    ///   - scratch: a folder for tracks that have ended; nothing stays in it.
    ///   - shortfall: what is missing at the end of the file.
    init(scratch: String, shortfall: Shortfall? = nil) {
        tracks = TrackTable(folder: scratch)
        losses = FrameLosses(shortfall: shortfall)
    }

    /// Takes in the next frame.
    mutating func add(_ frame: ResultFrame) throws {
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
        for detection in frame.detections { try add(detection, at: moment) }
    }

    private mutating func add(_ tracked: TrackedDetection, at moment: Moment) throws {
        detections += 1
        let classIndex = tracked.detection.classIndex
        var entry = classes[classIndex] ?? ClassEntry(first: moment, last: moment)
        entry.detections += 1
        entry.last = moment
        if let track = tracked.track, try follow(track, tracked, at: moment) { entry.tracks += 1 }
        classes[classIndex] = entry
    }

    /// Returns whether the track is new.
    private mutating func follow(_ track: Int, _ tracked: TrackedDetection, at moment: Moment) throws -> Bool {
        let box = tracked.detection.box
        let centre = SIMD2(Double(box.centerX), Double(box.centerY))
        let known = try tracks.entry(track)
        var entry =
            known
            ?? TrackTable.Entry(
                classIndex: tracked.detection.classIndex, start: moment, end: moment, centre: centre)
        let way = centre - entry.centre
        entry.pathLength += (way.x * way.x + way.y * way.y).squareRoot()
        entry.centre = centre
        entry.end = moment
        entry.detections += 1
        entry.scoreSum += Double(tracked.detection.score)
        try tracks.set(entry, of: track, isNew: known == nil)
        return known == nil
    }

    /// `summary.json`.
    func document(video: String, settings: ResultSettings) -> JSONDocument {
        JSONDocument([
            "format_version": .value(.integer(DetectionsFile.formatVersion)),
            "video": .value(.string(video)),
            "model": .value(.string(settings.modelName)),
            "frames": .value(ledgerJSON),
            "seconds": .value(.decimal(lastMoment?.seconds ?? 0, places: 6)),
            "detections": .value(.integer(detections)),
            "classes": .value(
                .array(classes.sorted { $0.key < $1.key }.map { json(class: $0.key, $0.value, settings) })),
            "tracks": .list(of: tracks.numbers) { number in
                try tracks.entry(number).map { json(track: number, $0, settings) }
            },
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

    private func json(track: Int, _ entry: TrackTable.Entry, _ settings: ResultSettings) -> JSONValue {
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
