import Journal
import Logging
import Media

/// Videos as an earlier run left them: what of it is still right, and where to go on.
extension Coordinator {
    /// Takes up a video where an earlier run left it, or plans it.
    func begin(_ rank: Int) throws {
        let input = videos[rank].input
        guard let record = known[input.relativePath], record.identity != nil else { return newcomer(rank) }
        guard !isRemote(input.path) else { return askServer(rank) }
        try takeUp(rank, record, FileIdentity(path: input.path))
    }

    /// Whether a video is on a server.
    func isRemote(_ path: String) -> Bool { request.inputRules.address(of: path) != nil }

    /// Asks the server of a video of an earlier run whether it is still the same.
    private func askServer(_ rank: Int) {
        let name = videos[rank].input.path
        looks.insert(rank)
        inBackground { .identified(rank: rank, Outcome { try InputIdentity.of(name) }) }
    }

    func identified(_ rank: Int, _ outcome: Outcome<FileIdentity?>) throws {
        looks.remove(rank)
        jobs -= 1
        let input = videos[rank].input
        guard mayStartJobs, let record = known[input.relativePath], let known = record.identity else { return }
        let isIncomplete = record.stage == .finished && record.status != .complete
        switch outcome {
        // A break of the network may be over.
        case .done(let identity?)
        where isIncomplete && identity.isUntouched(since: known) && request.scope == .everything:
            plan(rank)
        case .done(let identity): try takeUp(rank, record, identity)
        case .failed(let reason) where record.stage == .finished:
            logger.notice("\(reason); its results stay as they are")
            try takeUp(rank, record, nil)
        case .failed(let reason):
            videos[rank].record = record
            failForNow(rank, reason)
        }
    }

    /// - Parameter identity: how the file looks now; nil where it is gone.
    private func takeUp(_ rank: Int, _ record: VideoRecord, _ identity: FileIdentity?) throws {
        let input = videos[rank].input
        var record = record
        if let identity, let earlier = record.identity {
            guard identity.hasContent(of: earlier, path: input.path) else {
                guard record.path == input.path else { throw otherVideo(record, input) }
                return changed(rank, record)
            }
            try identify(&record, as: identity, path: input.path)
        }
        videos[rank].record = record
        let needsVideo = request.scope == .everything && record.stage != .finished
        // A file that is gone does not take its results along.
        guard !needsVideo || identity != nil else { return failForNow(rank, "no such file") }
        guard identity == nil || request.scope != .everything || !record.wants(moreMemory: request.memory) else {
            logger.notice("\(record.path): workers may take more memory than when frames were lost, it is made anew")
            return plan(rank)
        }
        try resume(rank, record)
        resumed.detected += videos[rank].framesDetected
        resumed.rendered += videos[rank].framesRendered
    }

    private func resume(_ rank: Int, _ record: VideoRecord) throws {
        switch record.stage {
        case .finished: try takeUpFinished(rank, record)
        case .detecting: try resumeDetecting(rank, record)
        case .rendering: try takeUpTracked(rank, record)
        }
    }

    /// Remembers a file that was moved or touched, and holds what it held.
    private func identify(_ record: inout VideoRecord, as identity: FileIdentity, path: String) throws {
        guard record.path != path || record.identity?.modified != identity.modified else { return }
        record.path = path
        record.identity?.modified = identity.modified
        try run.journal.identify(record.id, as: record.identity ?? identity, path: path)
    }

    private func newcomer(_ rank: Int) {
        guard request.scope == .everything else { return failForNow(rank, "nothing of it has been detected") }
        plan(rank)
    }

    private func changed(_ rank: Int, _ record: VideoRecord) {
        guard request.scope == .everything else {
            videos[rank].record = record
            return failForNow(rank, "the file has changed; 'windhover detect' makes its results anew")
        }
        logger.notice("\(record.path): the file has changed, its results are made anew")
        plan(rank)
    }

    private func otherVideo(_ record: VideoRecord, _ input: InputVideo) -> PipelineError {
        PipelineError(
            .settings, operation: "write results", subject: join(request.output, input.relativePath),
            reason: "the results of another video, '\(record.path)', are there; use another output folder")
    }

    /// A finished video is finished as long as its files are there, as they were written and with the settings of today. One that failed without
    /// results is tried again.
    private func takeUpFinished(_ rank: Int, _ record: VideoRecord) throws {
        guard try run.journal.hasBatches(of: record.id) else {
            return request.scope == .everything ? plan(rank) : close(rank)
        }
        guard isTracked(record) else {
            let reason =
                record.recipe == recipes.tracks ? "result files are missing or changed" : "settings have changed"
            logger.notice("\(record.path): \(reason), they are made anew from stored detections")
            return try reopen(rank, at: .detecting) { try resumeDetecting(rank, $0) }
        }
        guard request.scope == .tracking || isAnnotated(record) else {
            logger.notice("\(record.path): its annotated video is made anew")
            return try reopen(rank, at: .rendering) { try takeUpTracked(rank, $0) }
        }
        try run.directory.remove(run.directory.segments(of: record.id))
        close(rank)
    }

    /// Goes on with drawing, as long as the tracks are those of today's settings.
    private func takeUpTracked(_ rank: Int, _ record: VideoRecord) throws {
        guard isTracked(record) else {
            return try reopen(rank, at: .detecting) { try resumeDetecting(rank, $0) }
        }
        try resumeRendering(rank, record)
    }

    private func reopen(_ rank: Int, at stage: VideoStage, then resume: (VideoRecord) throws -> Void) throws {
        guard var record = videos[rank].record else { return }
        try run.journal.reopen(record.id, at: stage)
        (record.stage, record.status, record.reason) = (stage, .pending, nil)
        videos[rank].record = record
        try resume(record)
    }

    /// Nothing happens to a finished video.
    private func close(_ rank: Int) {
        let frames = videos[rank].plannedFrames
        (videos[rank].framesDetected, videos[rank].framesRendered) = (frames, frames)
        videos[rank].phase = .closed
    }

    /// Whether tracks and their files are those of today's settings, and in place.
    private func isTracked(_ record: VideoRecord) -> Bool {
        record.recipe == recipes.tracks
            && [.detections, .summary].allSatisfy {
                run.directory.isInPlace($0, of: record.relativePath, recipe: recipes.tracks, placed)
            }
    }

    /// Whether the annotated video that is asked for, if any, is in place.
    func isAnnotated(_ record: VideoRecord) -> Bool {
        guard let file = run.settings.rendering.file, record.ledger.detected > 0 else { return true }
        return run.directory.isInPlace(file, of: record.relativePath, recipe: recipes.video, placed)
    }

    /// Opens the batches that are missing; without any, the tracking pass is next.
    func resumeDetecting(_ rank: Int, _ record: VideoRecord) throws {
        let batches = try run.journal.items(of: record.id, kind: .batch)
        let missing = batches.filter { $0.state == .pending }
        guard missing.isEmpty || request.scope == .everything else {
            return failForNow(rank, "not all of it has been detected; 'windhover detect' goes on")
        }
        videos[rank].phase = .detecting
        // Workers that detect may draw at once.
        if drawsWhileDetecting { try missingSegments(rank, record) }
        videos[rank].framesDetected = batches.reduce(0) { $0 + $1.frames } - missing.reduce(0) { $0 + $1.frames }
        let divided = try resumePieces(rank, record, of: batches)
        open(missing.filter { !divided.contains($0.id) }, rank)
        if videos[rank].open.isEmpty { try track(rank) }
    }
}

extension VideoRecord {
    /// Whether it is finished and lacks frames that took more memory than there was, and `memory` bytes are noticeably more.
    func wants(moreMemory memory: Int) -> Bool {
        guard stage == .finished, ledger.undecodable > 0, let before = self.memory else { return false }
        return memory - before > before / 16
    }
}
