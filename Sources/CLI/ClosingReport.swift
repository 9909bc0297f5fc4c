import Foundation
import Journal
import Logging
import Pipeline

/// What a run has to say at its end.
struct ClosingReport {
    let summary: RunSummary
    let request: DetectRequest

    /// - Parameter statistics: also say where the time went.
    func log(to logger: Logger, statistics: Bool) {
        // They were warnings when they happened; who hides those still has to hear of them once.
        if logger.logLevel > .warning {
            for message in summary.messages { logger.error("\(message)") }
        }
        if statistics {
            for line in statisticsLines { logger.info("\(line)") }
        }
        logger.info("\(headline)")
    }

    private var headline: String {
        let counts = Dictionary(grouping: summary.videos, by: \.status).mapValues(\.count)
        let order: [VideoStatus] = [.complete, .partial, .failed, .pending]
        let videos = order.compactMap { status in counts[status].map { "\($0) \(Self.word(status))" } }
        let seen = "\(summary.frames.total) frames, \(summary.detections) detections, \(summary.tracks) tracks"
        let outcome =
            switch summary.exitCode {
            case ExitStatus.interrupted: "Stopped; the same command continues"
            case ExitStatus.nothingProcessed: "Nothing could be processed"
            default: "Done"
            }
        let time = ProgressLine.clock(summary.times.wall)
        return "\(outcome): \(videos.joined(separator: ", ")); \(seen) in \(time). Results are in \(request.output)"
    }

    private static func word(_ status: VideoStatus) -> String {
        status == .pending ? "unfinished" : status.rawValue
    }

    /// A table of CPU seconds by stage.
    private var statisticsLines: [String] {
        let times = summary.times
        let stages = [
            ("decode", times.decode, times.framesDetected), ("preprocess", times.preprocess, times.framesDetected),
            ("inference", times.inference, times.framesDetected),
            ("postprocess", times.postprocess, times.framesDetected), ("track", times.track, times.framesDetected),
            ("draw", times.draw, times.framesRendered), ("encode", times.encode, times.framesRendered),
            ("other", times.other, 0),
        ]
        let header = "stage        CPU s      %  ms/frame"
        return [header] + stages.map { row($0.0, seconds: $0.1, frames: $0.2) } + [total]
    }

    private func row(_ stage: String, seconds: Double, frames: Int) -> String {
        let share = seconds / max(summary.times.cpu, 1e-9) * 100
        let each = frames > 0 ? (seconds / Double(frames) * 1000).formatted(.decimal(places: 2)) : ""
        return Self.padded(stage, 11, leading: false) + Self.padded(seconds.formatted(.decimal(places: 2)), 7)
            + Self.padded(share.formatted(.decimal(places: 1)), 7) + Self.padded(each, 10)
    }

    private var total: String {
        let times = summary.times
        let cores = ProcessorBudget.cores
        let busy = times.cpu / max(times.wall * Double(cores), 1e-9) * 100
        let rate = Double(times.framesDetected) / max(times.wall, 1e-9)
        return "\(times.cpu.formatted(.decimal(places: 2))) CPU s in \(times.wall.formatted(.decimal(places: 2))) s: "
            + "\(cores) cores \(busy.formatted(.decimal(places: 1))) % busy, "
            + "\(rate.formatted(.decimal(places: 1))) frames/s with \(request.workers) workers of \(request.threads) threads"
    }

    private static func padded(_ text: String, _ width: Int, leading: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return leading ? space + text : text + space
    }
}
