import Journal

/// What the coordinator tells about the run, while it lasts and at its end.
extension Coordinator {
    /// Of a frame's way through the run, the share that is behind it once it is detected; drawing is the rest.
    private static let detectionShare = 0.7

    var progress: RunProgress {
        var detected = 0
        var rendered = 0
        var closed = 0
        // By place: a copy of each would cost more than the rest.
        for rank in videos.indices {
            detected += videos[rank].framesDetected
            rendered += videos[rank].framesRendered
            if videos[rank].phase == .closed { closed += 1 }
        }
        for item in items.values {
            if item.record.kind == .batch { detected += item.progress } else { rendered += item.progress }
        }
        let isPlanned = nextToPlan == videos.count && looks.isEmpty
        return RunProgress(
            framesDone: framesDone(detected: detected, rendered: rendered),
            framesTotal: isPlanned ? videos.indices.reduce(0) { $0 + videos[$1].plannedFrames } : 0,
            framesResumed: framesDone(detected: resumed.detected, rendered: resumed.rendered),
            videosDone: closed,
            videosTotal: videos.count, currentVideo: current?.input.relativePath, workersBusy: ledger.busyWorkers,
            workersTotal: request.workers, stage: stage)
    }

    private func framesDone(detected: Int, rendered: Int) -> Int {
        guard request.annotation == .video else { return detected }
        return Int(Double(detected) * Self.detectionShare + Double(rendered) * (1 - Self.detectionShare))
    }

    /// The first video that is being worked on.
    private var current: VideoWork? {
        let open = videos.indices.lazy.filter { self.videos[$0].phase != .closed }
        return (open.first { self.videos[$0].phase != .planning } ?? open.first).map { videos[$0] }
    }

    private var stage: String {
        guard ledger.mode == .working || ledger.mode == .draining else { return "stopping" }
        return switch current?.phase {
        case .planning: "planning"
        case .detecting: "detecting"
        case .tracking: "tracking"
        case .rendering, .joining: "rendering"
        case .closed, nil: "finishing"
        }
    }

    /// Whether work is left that a later run would continue.
    var isInterrupted: Bool { stopLevel != .none && videos.contains { $0.phase != .closed } }

    /// In the order of the request.
    var outcomes: [RunSummary.Video] {
        videos.map { video in
            var outcome = RunSummary.Video(
                path: video.input.path, relativePath: video.input.relativePath, status: .pending)
            if let record = video.record {
                (outcome.status, outcome.reason) = (record.status, record.reason)
                (outcome.frames, outcome.detections, outcome.tracks) = (record.ledger, record.detections, record.tracks)
            }
            if let failure = video.renderFailure { (outcome.status, outcome.reason) = (.partial, failure) }
            return outcome
        }
    }

    var summary: RunSummary {
        let outcomes = outcomes
        let messages = outcomes.compactMap { video in video.reason.map { "\(video.path): \($0)" } }
        return RunSummary(
            exitCode: RunSummary.exitCode(outcomes, isInterrupted: isInterrupted), videos: outcomes, times: times,
            messages: messages)
    }
}

extension RunSummary {
    /// 130 for a run that can be continued, 0 where all is complete, 4 where nothing could be processed, else 3.
    static func exitCode(_ videos: [Video], isInterrupted: Bool) -> Int32 {
        if isInterrupted { return 130 }
        if videos.allSatisfy({ $0.status == .failed }) { return 4 }
        return videos.allSatisfy { $0.status == .complete } ? 0 : 3
    }
}
