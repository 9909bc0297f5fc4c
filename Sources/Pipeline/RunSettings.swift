import Foundation
import Media
import ObjectDetection
import Tensors

/// The part of a request that decides about results. A run directory keeps it; what differs in a later request decides which stages are
/// done again.
///
/// Numbers of workers, threads and frames in a batch are not in it: they change no result.
struct RunSettings: Sendable, Hashable, Codable {
    var detection: DetectionSettings
    var tracking: TrackingSettings
    var rendering: RenderingSettings

    init(_ request: DetectRequest, modelDigest: String) {
        detection = DetectionSettings(request, modelDigest: modelDigest)
        tracking = TrackingSettings(
            modelName: request.modelName, confidence: request.confidence, classes: request.classes?.sorted())
        rendering = RenderingSettings(
            annotation: request.annotation, encoder: request.encoder, container: request.container)
    }

    /// What files and tracks are made with, as text; another text: made anew.
    var recipes: Recipes { Recipes(self) }

    /// These settings on top of what `stored` detections hold already; nil where those do not have all that is needed.
    func continuing(_ stored: RunSettings) -> RunSettings? {
        guard differences(from: stored).isEmpty else { return nil }
        var settings = self
        settings.detection = stored.detection
        return settings
    }

    /// Why the network has to be run again, for people, such as `precision was f32, is bf16`; empty where it need not.
    func differences(from stored: RunSettings) -> [String] {
        let (old, new) = (stored.detection, detection)
        var differences = old.values.merging(new.values) { old, _ in old }.keys.sorted().compactMap { key -> String? in
            let (was, now) = (old.values[key] ?? "unknown", new.values[key] ?? "unknown")
            guard was != now else { return nil }
            return was.count + now.count > 80 ? "\(key) differs" : "\(key) was \(was), is \(now)"
        }
        if tracking.confidence < old.scoreFloor {
            differences.append("confidence \(tracking.confidence) is below what is stored, \(old.scoreFloor)")
        }
        if !old.holds(classes: tracking.classes) { differences.append("more classes are asked for than are stored") }
        return differences
    }
}

/// What the stored detections depend on.
struct DetectionSettings: Sendable, Hashable, Codable {
    /// Raised where the same settings give other detections than before.
    static let revision = 1

    let modelDigest: String
    let description: ModelDescription
    let precision: Precision
    let foldsColours: Bool
    let selection: FrameSelection
    let deinterlacing: Deinterlacing
    let iou: Float
    /// Detections below are not stored: low enough for other thresholds and the tracker's second stage.
    let scoreFloor: Float
    /// Label indices that are stored, ascending; nil: all.
    let classes: [Int]?
    var revision = Self.revision

    init(_ request: DetectRequest, modelDigest: String) {
        self.modelDigest = modelDigest
        description = request.description
        precision = request.precision
        foldsColours = request.foldsColours
        selection = request.selection
        deinterlacing = request.deinterlacing
        iou = request.iou
        scoreFloor = min(0.05, request.confidence)
        classes = request.classes?.sorted()
    }

    /// Whether detections of all `wanted` classes are stored.
    func holds(classes wanted: [Int]?) -> Bool {
        guard let classes else { return true }
        return wanted.map { Set($0).isSubset(of: classes) } ?? false
    }

    /// What has to be the same, by names for people.
    var values: [String: String] {
        [
            "detection revision": "\(revision)", "model": modelDigest, "model description": description.text,
            "precision": precision.rawValue, "fold colours": foldsColours ? "yes" : "no",
            "frames": selection.description, "deinterlace": deinterlacing.rawValue, "iou": "\(iou)",
        ]
    }
}

/// What numbers, tracks, `detections.jsonl` and `summary.json` depend on beside the detections.
struct TrackingSettings: Sendable, Hashable, Codable {
    /// Raised where the same settings give other tracks or other files than before.
    static let revision = 1

    /// What the user calls the model.
    var modelName: String
    var confidence: Float
    /// Label indices in the results, ascending; nil: all that are stored.
    var classes: [Int]?
}

/// What the annotated video depends on beside the tracks.
struct RenderingSettings: Sendable, Hashable, Codable {
    /// Raised where the same settings give other pictures than before.
    static let revision = 1

    var annotation: AnnotationMode
    /// For `AnnotationMode.video`.
    var encoder: EncoderSettings
    /// For `AnnotationMode.video`.
    var container: VideoContainer

    /// The file that shows the objects of a video; nil where none does.
    var file: RunDirectory.ResultFile? {
        switch (annotation, container) {
        case (.nothing, _): nil
        case (.overlay, _), (.video, .mkv): .matroska
        case (.video, .mp4): .mp4
        case (.video, .webm): .webm
        }
    }
}

/// What tracks and files are made with, as text: what has the text of today is up to date.
struct Recipes: Sendable, Hashable {
    /// Of tracks, `detections.jsonl` and `summary.json`.
    let tracks: String
    /// Of the annotated video and its segments.
    let video: String

    fileprivate init(_ settings: RunSettings) {
        let tracking = settings.tracking
        let classes = tracking.classes ?? settings.detection.classes
        tracks =
            "tracks \(TrackingSettings.revision), model \(tracking.modelName), confidence \(tracking.confidence), "
            + "classes \(classes.map { $0.map(String.init).joined(separator: " ") } ?? "all")"
        let (annotation, encoder) = (settings.rendering.annotation, settings.rendering.encoder)
        let coding =
            annotation == .video
            ? " \(encoder.codec.rawValue) \(encoder.preset) \(encoder.crf) \(settings.rendering.container.rawValue)"
            : ""
        video = "video \(RenderingSettings.revision), \(annotation.rawValue)\(coding), \(tracks)"
    }
}

extension ModelDescription {
    /// As the journal keeps it; equal texts for equal descriptions.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A description is plain numbers and texts: encoding it cannot fail.
        let data = try? encoder.encode(self)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
