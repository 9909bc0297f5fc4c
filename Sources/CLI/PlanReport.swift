import Foundation
import Media
import Pipeline

/// A plan for people, and as JSON.
struct PlanReport {
    let plan: RunPlan
    /// nil where nothing was measured.
    let estimate: RunEstimate?
    /// The folder that the results would be in.
    let output: String?

    var lines: [String] {
        let rows = plan.videos.map { video in
            [
                video.path, video.outlook.rawValue, "\(video.frames)", video.seconds.map(ProgressLine.clock) ?? "?",
                video.info?.codecName ?? "", "\(video.framesToDetect)", "\(video.framesToDraw)", "\(video.batches)",
            ]
        }
        let header = ["video", "outlook", "frames", "length", "codec", "to detect", "to draw", "batches"]
        return TextTable(header: header, rows: rows).lines + remarks + [totals]
            + [estimateLine, spaceLine].compactMap(\.self)
    }

    private var remarks: [String] {
        plan.videos.compactMap { video in video.remark.map { "\(video.path): \($0)" } }
            + plan.startsOver.map { "\(output ?? ""): \($0); everything would be detected anew" }
    }

    private var totals: String {
        let counts = RunPlan.Video.Outlook.allCases.compactMap { outlook in
            let count = plan.videos.count { $0.outlook == outlook }
            return count > 0 ? "\(count) \(outlook.rawValue)" : nil
        }
        return
            "\(plan.videos.count) videos: \(counts.joined(separator: ", ")); \(plan.framesToDetect) frames are to be detected"
    }

    private var estimateLine: String? {
        estimate.map {
            "About \(ProgressLine.clock($0.seconds)) with these settings on this machine, judging by \($0.sampleFrames) frames"
        }
    }

    private var spaceLine: String? {
        guard let estimate else { return nil }
        let needed = estimate.bytes + estimate.temporaryBytes
        let free = output.flatMap(Self.freeBytes)
        let warning = free.map { $0 < needed ? "; only \(Self.size($0)) are free" : "" } ?? ""
        return
            "About \(Self.size(estimate.bytes)) of results, \(Self.size(estimate.temporaryBytes)) more while they are made\(warning)"
    }

    /// Room on the volume where `path` is or will be.
    private static func freeBytes(_ path: String) -> Int64? {
        var place = URL(fileURLWithPath: path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
            place = place.deletingLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: place.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 1_000_000_000
            ? "\((Double(bytes) / 1e9).formatted(.decimal(places: 1))) GB"
            : "\((Double(bytes) / 1e6).formatted(.decimal(places: 1))) MB"
    }

    var document: Document { Document(self) }

    /// `windhover plan --json`.
    struct Document: Encodable {
        struct Video: Encodable {
            let path, results, outlook: String
            let codec, remark: String?
            let seconds: Double?
            let bytes: Int64
            let frames, framesToDetect, framesToDraw, batches: Int
        }

        struct Estimate: Encodable {
            let seconds: Double
            let bytes, temporaryBytes: Int64
            let sampleFrames: Int
        }

        let videos: [Video]
        let startsOver: [String]
        let estimate: Estimate?

        fileprivate init(_ report: PlanReport) {
            videos = report.plan.videos.map {
                Video(
                    path: $0.path, results: $0.relativePath, outlook: $0.outlook.rawValue, codec: $0.info?.codecName,
                    remark: $0.remark, seconds: $0.seconds, bytes: $0.size, frames: $0.frames,
                    framesToDetect: $0.framesToDetect, framesToDraw: $0.framesToDraw, batches: $0.batches)
            }
            startsOver = report.plan.startsOver
            estimate = report.estimate.map {
                Estimate(
                    seconds: $0.seconds, bytes: $0.bytes, temporaryBytes: $0.temporaryBytes,
                    sampleFrames: $0.sampleFrames)
            }
        }
    }
}
