import CPlatform
import Foundation
import Journal
import Logging
import Media
import WorkProtocol

/// Segments out and in, joining or overlaying, and the end of a video.
extension Coordinator {
    /// Whether a video is finished once it is tracked.
    func needsNoDrawing(_ record: VideoRecord) -> Bool { request.scope == .tracking || isAnnotated(record) }

    /// Opens the segments whose files are missing; without any, joining is next.
    func resumeRendering(_ rank: Int, _ record: VideoRecord) throws {
        guard !needsNoDrawing(record) else { return try finish(rank) }
        guard isRemote(record.path) || FileIdentity(path: record.path) != nil else {
            return failForNow(rank, "no such file to draw on")
        }
        videos[rank].phase = .rendering
        videos[rank].framesDetected = record.plannedFrames
        guard request.annotation == .video else { return overlay(rank, record) }
        open(try missingSegments(rank, record), rank)
        if videos[rank].open.isEmpty { try join(rank) }
    }

    /// The segments whose files are missing. The others count as rendered; there is a folder for all.
    @discardableResult
    func missingSegments(_ rank: Int, _ record: VideoRecord) throws -> [ItemRecord] {
        try run.directory.createFolder(run.directory.segments(of: record.id))
        let segments = try run.journal.items(of: record.id, kind: .segment)
        let missing = segments.filter { !isInPlace($0) }
        videos[rank].framesRendered = segments.reduce(0) { $0 + $1.frames } - missing.reduce(0) { $0 + $1.frames }
        logger.debug("\(record.path): \(missing.count) of \(segments.count) segments are to be drawn")
        return missing
    }

    func isInPlace(_ segment: ItemRecord) -> Bool {
        guard segment.state == .done, segment.recipe == recipes.video, let rendered = segment.rendered else {
            return false
        }
        return rendered == 0 || run.directory.isOccupied(run.directory.segment(segment))
    }

    /// A worker delivered a segment.
    func completed(_ result: SegmentResult) throws {
        try run.journal.completeSegment(result.item, frames: result.frames, recipe: recipes.video)
        times.add(result.times)
        times.framesRendered += result.frames
        try segmentSettled(result.item)
    }

    func segmentFailed(_ id: WorkItemID, _ reason: String) throws {
        try run.journal.failSegment(id, reason: reason)
        if let rank = items[id]?.rank {
            videos[rank].renderFailure = videos[rank].renderFailure ?? "annotated video: \(reason)"
        }
        try segmentSettled(id)
    }

    private func segmentSettled(_ id: WorkItemID) throws {
        guard let item = items.removeValue(forKey: id) else { return }
        videos[item.rank].open.remove(id)
        videos[item.rank].framesRendered += item.record.frames
        guard videos[item.rank].open.isEmpty else { return }
        guard let failure = videos[item.rank].renderFailure else { return try join(item.rank) }
        failForNow(item.rank, failure)
    }

    /// Starts making one file of a video's segments.
    private func join(_ rank: Int) throws {
        guard let record = videos[rank].record, mayStartJobs, try mayWrite(rank, needsFile: true) else { return }
        videos[rank].phase = .joining
        let segments = try run.journal.items(of: record.id, kind: .segment).filter { ($0.rendered ?? 0) > 0 }
        let paths = segments.map(run.directory.segment)
        let rendering = run.settings.rendering
        guard let file = rendering.file else { return }
        let output = run.directory.path(file, of: record.relativePath)
        let isExcerpt = settings.selection.isExcerpt
        let task = JoiningTask(
            segments: paths, source: record.path, output: output, container: rendering.container, isExcerpt: isExcerpt)
        inBackground { [helpers, directory = run.directory, recipe = recipes.video] in
            .joined(
                rank: rank,
                Outcome {
                    let written = try helpers.write(.join(task))
                    let files = try directory.placed([file], of: record.relativePath, recipe: recipe)
                    return JoinOutcome(notes: written.notes, files: files, cpuTime: written.cpuTime)
                })
        }
    }

    /// Starts making a file of a video's streams and of its boxes.
    private func overlay(_ rank: Int, _ record: VideoRecord) {
        guard mayStartJobs else { return }
        videos[rank].phase = .joining
        let pass = OverlayPass(
            journal: run.journal, directory: run.directory, settings: settings, recipe: recipes.video, video: record,
            helpers: helpers)
        inBackground { .joined(rank: rank, Outcome { try pass.run() }) }
    }

    func joined(_ rank: Int, _ outcome: Outcome<JoinOutcome>) throws {
        jobs -= 1
        guard let record = videos[rank].record else { return }
        switch outcome {
        case .failed(let reason): failForNow(rank, "annotated video: \(reason)")
        case .done(let outcome):
            for note in outcome.notes { logger.notice("\(record.path): \(note)") }
            if outcome.framesDrawn > 0 {
                times.draw += Double(outcome.cpuTime) / 1e9
                times.framesRendered += outcome.framesDrawn
            }
            try finish(rank, outcome.files)
        }
    }

    /// Records what became of a video, and which files were put in place last.
    private func finish(_ rank: Int, _ files: [PlacedFile] = []) throws {
        guard var record = videos[rank].record else { return }
        record.finish()
        try run.journal.finish(record.id, status: record.status, reason: record.reason, files: files)
        place(files)
        videos[rank].record = record
        try closeFinished(rank)
    }

    /// Removes what is no longer needed of a video that the journal has as finished.
    func closeFinished(_ rank: Int) throws {
        guard let record = videos[rank].record else { return }
        try run.directory.remove(run.directory.segments(of: record.id))
        videos[rank].framesRendered = record.plannedFrames
        videos[rank].phase = .closed
        if let reason = record.reason { logger.warning("\(record.path): \(reason)") }
    }

    /// Complete where every frame was there and decoded, failed where none was.
    static func verdict(
        _ ledger: FrameLedger, reason: String?, shortfall: Shortfall? = nil
    ) -> (VideoStatus, String?) {
        let (status, reason) = verdict(ledger, reason: reason)
        guard let shortfall else { return (status, reason) }
        let reasons = [shortfall.reason, reason].compactMap(\.self).joined(separator: "; ")
        return (status == .complete ? .partial : status, reasons)
    }

    private static func verdict(_ ledger: FrameLedger, reason: String?) -> (VideoStatus, String?) {
        let cause = reason.map { ": \($0)" } ?? ""
        if ledger.detected + ledger.skipped == 0 { return (.failed, "no frame can be decoded\(cause)") }
        if ledger.undecodable > 0 {
            return (.partial, "\(ledger.undecodable) of \(ledger.total) frames cannot be decoded\(cause)")
        }
        return reason == nil ? (.complete, nil) : (.partial, "frames are missing\(cause)")
    }
}

extension VideoRecord {
    /// Nothing more is to be done with a tracked video; its status is what the ledger says.
    mutating func finish() {
        stage = .finished
        (status, reason) = Coordinator.verdict(ledger, reason: cause, shortfall: shortfall)
    }
}
