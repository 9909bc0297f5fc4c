import Foundation
import Media
import ObjectDetection
import Tensors

/// The part of a request that decides about results. A run directory keeps it and continues only with the same.
///
/// Numbers of workers, threads and frames in a batch are not in it: they change no result.
struct RunSettings {
    /// Name and value of each setting, as text.
    let values: [String: String]

    /// The stored floor of detections: low enough for other thresholds and the tracker's second stage.
    static func scoreFloor(confidence: Float) -> Float { min(0.05, confidence) }

    init(_ request: DetectRequest, modelDigest: String) {
        values = [
            "tool version": ToolVersion.current,
            "model": modelDigest,
            "model description": Self.text(of: request.description),
            "precision": request.precision.rawValue,
            "fold colours": request.foldsColours ? "yes" : "no",
            "frames": request.selection.description,
            "deinterlace": request.deinterlacing.rawValue,
            "confidence": "\(request.confidence)",
            "iou": "\(request.iou)",
            "classes": request.classes.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all",
            "annotate": request.annotation.rawValue,
            "encoder codec": request.annotation == .video ? request.encoder.codec.rawValue : "none",
            "encoder preset": request.annotation == .video ? request.encoder.preset : "none",
            "encoder crf": request.annotation == .video ? "\(request.encoder.crf)" : "none",
        ]
    }

    private static func text(of description: ModelDescription) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A description is plain numbers and texts: encoding it cannot fail.
        let data = try? encoder.encode(description)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// What differs from `stored`, for people, such as `confidence was 0.25, is 0.4`; empty where nothing does.
    func differences(from stored: [String: String]) -> [String] {
        Set(values.keys).union(stored.keys).sorted().compactMap { key in
            let (old, new) = (stored[key] ?? "unknown", values[key] ?? "unknown")
            guard old != new else { return nil }
            return old.count + new.count > 80 ? "\(key) differs" : "\(key) was \(old), is \(new)"
        }
    }
}
