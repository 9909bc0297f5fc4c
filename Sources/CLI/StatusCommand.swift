import ArgumentParser
import Pipeline

/// `windhover status`.
struct StatusCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how far a run is.",
        discussion: """
            Reads the run directory only, also while a run is at work in it.

            EXAMPLES
              windhover status results
              windhover status results --json | jq '.videos[] | select(.state == "failed")'
            """)

    @Argument(help: ArgumentHelp("The folder that detect writes.", valueName: "out"), completion: .directory)
    var output: String

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "List every video, not only those that are not complete.")
    var all = false

    func execute() throws -> Int32 {
        let status = try RunStatus(output: output)
        if json {
            StandardOutput.write(line: JSONText.encode(StatusDocument(status), pretty: true))
            return ExitStatus.complete
        }
        for line in lines(status) { StandardOutput.write(line: line) }
        return ExitStatus.complete
    }

    private func lines(_ status: RunStatus) -> [String] {
        let listed = status.videos.filter { all || $0.state != .complete || $0.remark != nil }
        let table = TextTable(
            header: ["video", "state", "frames", "done", "detections", "tracks"], rows: listed.map(Self.row))
        var lines = listed.isEmpty ? [] : table.lines
        lines += listed.compactMap { video in video.remark.map { "\(video.path): \($0)" } }
        lines += status.problems.map(\.description)
        return lines + [headline(status)] + state(of: status)
    }

    private static func row(_ video: RunStatus.Video) -> [String] {
        [
            video.relativePath, video.state.rawValue, "\(video.frames)",
            "\(video.framesDone * 100 / max(1, video.frames))%", "\(video.detections)", "\(video.tracks)",
        ]
    }

    private func headline(_ status: RunStatus) -> String {
        let counts = RunStatus.Video.State.allCases.compactMap { state in
            let count = status.videos.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        let (done, frames) = (
            status.videos.reduce(0) { $0 + $1.framesDone }, status.videos.reduce(0) { $0 + $1.frames }
        )
        let share = frames > 0 ? ", \(done) of \(frames) planned frames detected" : ""
        return "\(status.videos.count) videos: \(counts.joined(separator: ", "))\(share)"
    }

    private func state(of status: RunStatus) -> [String] {
        var lines =
            status.isFresh ? ["The run is being started over; earlier detections are kept until it is complete."] : []
        if let owner = status.owner {
            lines.append("Process \(owner.isEmpty ? "unknown" : owner) works on it.")
        } else if status.videos.contains(where: \.isOpen) {
            lines.append("Nobody works on it; the same 'windhover detect' command continues.")
        }
        return lines
    }
}

extension RunStatus.Video {
    fileprivate var isOpen: Bool { [.waiting, .detecting, .rendering].contains(state) }
}

/// `windhover status --json`.
private struct StatusDocument: Encodable {
    struct Video: Encodable {
        let path, results, state: String
        let frames, framesDetected, detections, tracks: Int
        let remark: String?
    }

    struct Problem: Encodable {
        let input, reason: String
    }

    let model, annotate: String
    /// The process that works on it; nil where none does.
    let process: String?
    let startsOver: Bool
    let videos: [Video]
    let problems: [Problem]

    init(_ status: RunStatus) {
        (model, annotate) = (status.modelName, status.annotation.rawValue)
        (process, startsOver) = (status.owner, status.isFresh)
        videos = status.videos.map {
            Video(
                path: $0.path, results: $0.relativePath, state: $0.state.rawValue, frames: $0.frames,
                framesDetected: $0.framesDone, detections: $0.detections, tracks: $0.tracks, remark: $0.remark)
        }
        problems = status.problems.map { Problem(input: $0.subject, reason: $0.reason) }
    }
}
