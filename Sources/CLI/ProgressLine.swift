import Foundation
import Pipeline

/// The progress of a run in words.
struct ProgressLine {
    let progress: RunProgress
    /// Frames a second; nil while unknown.
    let rate: Double?

    /// One line without a terminal's tricks.
    var plain: String {
        guard progress.framesTotal > 0 else { return "Planning: \(progress.videosTotal) videos" }
        let parts = [percentage, frames, speed, remaining, videos, video].compactMap { $0 }
        return "\(stage): \(parts.joined(separator: ", "))"
    }

    /// A line of at most `columns` columns: what matters most is kept longest.
    func fitted(to columns: Int, unicode: Bool) -> String {
        let room = columns - 1
        guard progress.framesTotal > 0 else { return "Planning \(progress.videosTotal) videos".prefix(columns: room) }
        let bar = columns >= 110 ? bar(24, unicode: unicode) : columns >= 90 ? bar(12, unicode: unicode) : ""
        var line = [bar, percentage, frames].filter { !$0.isEmpty }.joined(separator: "  ")
        for part in [speed, remaining, workers, videos].compactMap({ $0 }) {
            guard line.columns + 2 + part.columns <= room else { break }
            line += "  " + part
        }
        if let video, room - line.columns - 2 >= 8 {
            line += "  " + video.suffix(columns: room - line.columns - 2)
        }
        return line.prefix(columns: room)
    }

    /// Its name may be longer than it looks.
    private var video: String? { progress.currentVideo.map(VisibleText.line) }

    private var stage: String { progress.stage.prefix(1).uppercased() + progress.stage.dropFirst() }
    private var fraction: Double { min(1, Double(progress.framesDone) / Double(max(1, progress.framesTotal))) }
    // Rounded down: 100 % is for what is done.
    private var percentage: String { "\(Int(fraction * 100))%" }
    private var frames: String { "\(progress.framesDone)/\(progress.framesTotal) frames" }
    private var speed: String? { rate.map { "\($0.formatted(.decimal(places: $0 < 10 ? 1 : 0))) frames/s" } }
    private var workers: String { "\(progress.workersBusy)/\(progress.workersTotal) workers" }
    private var videos: String? {
        progress.videosTotal > 1 ? "\(progress.videosDone)/\(progress.videosTotal) videos" : nil
    }

    private var remaining: String? {
        if progress.stage == "stopping" { return "stopping" }
        guard let rate, rate > 0 else { return nil }
        let left = Double(max(0, progress.framesTotal - progress.framesDone)) / rate
        return "ETA \(Self.clock(left))"
    }

    private func bar(_ width: Int, unicode: Bool) -> String {
        guard unicode else {
            let filled = Int(fraction * Double(width - 2))
            return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - 2 - filled) + "]"
        }
        let filled = Int(fraction * Double(width))
        return String(repeating: "━", count: filled) + String(repeating: "╌", count: width - filled)
    }

    /// `0:07`, `12:34` or `3:25:00`.
    static func clock(_ seconds: Double) -> String {
        let total = Int(min(seconds, 3_600_000).rounded())
        let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
