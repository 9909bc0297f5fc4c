import Journal
import Logging
import WorkProtocol

/// Batches out and in, and the tracking pass.
extension Coordinator {
    /// What to tell a worker about an item.
    func assignment(of id: WorkItemID) throws -> CoordinatorMessage {
        guard let item = items[id], let video = videos[item.rank].record else {
            throw PipelineError(.output, operation: "hand out work", subject: "item \(id)", reason: "it is unknown")
        }
        switch item.record.kind {
        case .batch, .piece:
            return .detect(try batchAssignment(of: item.record, video))
        case .segment:
            return .render(try renderAssignment(of: item.record, video))
        }
    }

    private func batchAssignment(of item: ItemRecord, _ video: VideoRecord) throws -> BatchAssignment {
        var assignment = BatchAssignment(
            item: item.id, video: video.path, range: item.range, predecessor: item.predecessor,
            startsNearby: item.kind == .piece || ledger.hasCrashed(item.id))
        // A batch that took its worker along is detected alone: drawing may have been to blame.
        guard drawsWhileDetecting, item.kind == .batch, !ledger.isSuspect(item.id) else { return assignment }
        assignment.segments = try run.journal.items(of: video.id, kind: .segment, overlapping: item.range)
            .filter { !isInPlace($0) }
            .map { PlannedSegment(item: $0.id, range: $0.range, output: run.directory.segment($0)) }
        return assignment
    }

    private func renderAssignment(of item: ItemRecord, _ video: VideoRecord) throws -> RenderAssignment {
        let frames = try run.journal.frames(of: video.id, in: item.range).map {
            FrameDrawing(pts: $0.record.pts, boxes: $0.reported(settings))
        }
        return RenderAssignment(
            item: item.id, video: video.path, range: item.range, output: run.directory.segment(item),
            frames: frames.filter { !$0.boxes.isEmpty })
    }

    /// Whether workers know enough to draw what they detect: they see all stored classes.
    var drawsWhileDetecting: Bool {
        request.annotation == .video && settings.classes == run.settings.detection.classes
    }

    /// A worker delivered a batch.
    func completed(_ result: BatchResult) throws {
        guard let item = items[result.item] else { return }
        guard !result.hasLosses || hasFile(item.rank) else { return try putOff(result.item) }
        for problem in result.problems { logger.info("\(videos[item.rank].input.path): \(problem)") }
        try run.journal.complete(result, recipe: recipes.video)
        times.add(result.times)
        times.framesDetected += result.frames.count { $0.status == .detected }
        for segment in result.segments {
            times.framesRendered += segment.frames
            videos[item.rank].framesRendered += segment.frames
        }
        try batchSettled(result.item)
    }

    /// No worker can deliver an item: what is known of a batch's frames is recorded, a segment fails its video.
    func lose(_ id: WorkItemID, reason: String) throws {
        guard let item = items[id], let video = videos[item.rank].record else { return }
        guard item.record.kind != .segment else { return try segmentFailed(id, reason) }
        guard hasFile(item.rank) else { return try putOff(id) }
        logger.warning("\(video.path): frames are lost: \(reason)")
        let (range, selection) = (item.record.range, request.selection)
        inBackground { [helpers] in
            let expected = helpers.expectedFrames(of: video.path, in: range, selection)
            let frames = expected.map { FrameRecord.undecodable($0, reason: reason) } ?? []
            return .accounted(BatchResult(item: id, frames: frames), reason: reason)
        }
    }

    func accounted(_ result: BatchResult, _ reason: String) throws {
        jobs -= 1
        guard items[result.item] != nil else { return }
        try run.journal.fail(result, reason: reason)
        try batchSettled(result.item)
    }

    private func batchSettled(_ id: WorkItemID) throws {
        guard let item = items.removeValue(forKey: id) else { return }
        videos[item.rank].open.remove(id)
        videos[item.rank].framesDetected += item.record.frames
        if let batch = item.record.parent { try run.journal.mergePieces(of: batch) }
        if videos[item.rank].open.isEmpty { try track(item.rank) }
    }

    /// Starts the ordered pass over a video whose batches are all settled.
    func track(_ rank: Int) throws {
        guard let record = videos[rank].record, mayStartJobs else { return }
        let isWhole = try !run.journal.hasOpenBatches(of: record.id)
        guard try mayWrite(rank, needsFile: !isWhole) else { return }
        videos[rank].phase = .tracking
        let pass = TrackingPass(
            journal: run.journal, directory: run.directory, settings: settings, recipe: recipes.tracks, video: record)
        inBackground { .tracked(rank: rank, Outcome { try pass.run() }) }
    }

    /// After a stop nothing new begins; the journal knows what is left.
    var mayStartJobs: Bool { ledger.mode == .working && failure == nil }

    func tracked(_ rank: Int, _ outcome: Outcome<TrackingOutcome>) throws {
        jobs -= 1
        guard var record = videos[rank].record else { return }
        switch outcome {
        case .failed(let reason): failForNow(rank, reason)
        case .done(let outcome):
            times.track += Double(outcome.cpuTime) / 1e9
            record.stage = .rendering
            record.recipe = recipes.tracks
            (record.ledger, record.cause) = (outcome.ledger, outcome.cause)
            (record.detections, record.tracks) = (outcome.detections, outcome.tracks)
            // One transaction where nothing else follows: each waits for the disk.
            let isLast = needsNoDrawing(record)
            if isLast { record.finish() }
            try run.journal.recordTracks(record, tracks: outcome.unsaved, files: outcome.files)
            place(outcome.files)
            videos[rank].record = record
            if isLast { try closeFinished(rank) } else { try resumeRendering(rank, record) }
        }
    }

    /// Remembers what has been put in place.
    func place(_ files: [PlacedFile]) {
        for file in files { placed[file.path] = file }
    }

    /// A step failed for a reason outside of the video, such as a full disk: reported now, tried again by the next run.
    func failForNow(_ rank: Int, _ reason: String) {
        videos[rank].renderFailure = reason
        videos[rank].phase = .closed
        logger.warning("\(videos[rank].input.path): \(reason)")
    }
}

extension RunTimes {
    /// Adds a worker's CPU time.
    mutating func add(_ times: StageTimes) {
        decode += Double(times.decode) / 1e9
        preprocess += Double(times.preprocess) / 1e9
        inference += Double(times.inference) / 1e9
        postprocess += Double(times.postprocess) / 1e9
        draw += Double(times.draw) / 1e9
        encode += Double(times.encode) / 1e9
    }
}
