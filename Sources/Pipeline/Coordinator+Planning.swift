import Foundation
import Journal
import Logging
import WorkProtocol

/// From inputs to open batches.
extension Coordinator {
    /// Planning reads whole files: a few at a time, and not further ahead than the workers need.
    private static let planningAtOnce = 4
    private static let openItemsAhead = 4000
    /// Background jobs of all kinds; each has a thread.
    private static let jobsAtOnce = 16

    /// Looks at the next videos, as long as workers could run out of work.
    func planMore() {
        while ledger.mode == .working, failure == nil, nextToPlan < videos.count,
            planningJobs < Self.planningAtOnce, jobs < Self.jobsAtOnce, ledger.openItems < Self.openItemsAhead
        {
            let rank = nextToPlan
            nextToPlan += 1
            attempt { try begin(rank) }
        }
    }

    /// Takes up a video where an earlier run left it, or plans it.
    private func begin(_ rank: Int) throws {
        let input = videos[rank].input
        guard let record = known[input.relativePath], record.identity != nil else { return plan(rank) }
        let identity = FileIdentity(path: input.path)
        // A file that is gone does not take its results along.
        guard identity == nil || record.identity == identity else {
            guard record.path == input.path else { throw otherVideo(record, input) }
            logger.notice("\(input.path): the file has changed, its results are made anew")
            return plan(rank)
        }
        videos[rank].record = record
        guard identity != nil || record.stage == .finished else { return failForNow(rank, "no such file") }
        switch record.stage {
        case .finished: try takeUpFinished(rank, record)
        case .detecting: try resumeDetecting(rank, record)
        case .rendering: try resumeRendering(rank, record)
        }
        resumed.detected += videos[rank].framesDetected
        resumed.rendered += videos[rank].framesRendered
    }

    private func otherVideo(_ record: VideoRecord, _ input: InputVideo) -> PipelineError {
        PipelineError(
            .settings, operation: "write results", subject: join(request.output, input.relativePath),
            reason: "the results of another video, '\(record.path)', are there; use another output folder")
    }

    /// A finished video is finished as long as its files are there. One that failed without results is tried again.
    private func takeUpFinished(_ rank: Int, _ record: VideoRecord) throws {
        let batches = try run.journal.items(of: record.id, kind: .batch)
        guard !batches.isEmpty else { return plan(rank) }
        let files = expectedFiles(record).map { run.directory.path($0, of: record.relativePath) }
        guard files.allSatisfy(run.directory.isOccupied) else {
            logger.notice("\(record.path): result files are missing, they are made anew")
            try run.journal.reopen(record.id)
            videos[rank].record?.stage = .detecting
            videos[rank].record?.status = .pending
            return try resumeDetecting(rank, record)
        }
        try run.directory.remove(run.directory.segments(of: record.id))
        let frames = record.plannedFrames
        (videos[rank].framesDetected, videos[rank].framesRendered) = (frames, frames)
        videos[rank].phase = .closed
    }

    private func expectedFiles(_ record: VideoRecord) -> [RunDirectory.ResultFile] {
        let file: RunDirectory.ResultFile? =
            switch request.annotation {
            case .video: .video
            case .overlay: .overlay
            case .nothing: nil
            }
        return [.detections, .summary] + (record.ledger.detected > 0 ? [file].compactMap(\.self) : [])
    }

    private func plan(_ rank: Int) {
        let path = videos[rank].input.path
        let isLast = rank == videos.count - 1
        planningJobs += 1
        inBackground { [planner] in .planned(rank: rank, planner.plan(path, isLast: isLast)) }
    }

    func planned(_ rank: Int, _ outcome: PlanOutcome) throws {
        jobs -= 1
        planningJobs -= 1
        let input = videos[rank].input
        if let record = known[input.relativePath] { try removeResults(record) }
        switch outcome {
        case .failed(let identity, let reason): try planFailed(rank, identity, reason)
        case .planned(let plan):
            if let obstacle = foreignFile(in: input.relativePath) {
                let reason = "'\(obstacle)' is in the way and was not written by windhover; move it away"
                return try planFailed(rank, plan.identity, reason)
            }
            if request.foldsColours, let obstacle = plan.foldingObstacle {
                logger.debug("\(input.path): its colours are converted before the model: \(obstacle)")
            }
            let (record, _) = try run.journal.plan(
                relativePath: input.relativePath, path: input.path, identity: plan.identity, batches: plan.batches,
                segments: plan.segments, shortfall: plan.shortfall, artefacts: artefacts(of: input.relativePath))
            claimed.formUnion(artefacts(of: input.relativePath))
            videos[rank].record = record
            try resumeDetecting(rank, record)
        }
    }

    private func planFailed(_ rank: Int, _ identity: FileIdentity?, _ reason: String) throws {
        let input = videos[rank].input
        let record = try run.journal.planFailed(
            relativePath: input.relativePath, path: input.path, identity: identity, reason: reason)
        videos[rank].record = record
        videos[rank].phase = .closed
        logger.warning("\(input.path): \(reason)")
    }

    /// Removes the results of an earlier content of the file.
    private func removeResults(_ record: VideoRecord) throws {
        for file in RunDirectory.ResultFile.allCases
        where claimed.contains(RunDirectory.artefact(file, of: record.relativePath)) {
            try run.directory.remove(run.directory.path(file, of: record.relativePath))
        }
        try run.directory.remove(run.directory.segments(of: record.id))
    }

    private func foreignFile(in relativePath: String) -> String? {
        let files = RunDirectory.ResultFile.allCases.filter {
            !claimed.contains(RunDirectory.artefact($0, of: relativePath))
        }
        let paths = files.map { run.directory.path($0, of: relativePath) }
        if let occupied = paths.first(where: run.directory.isOccupied) { return occupied }
        let folder = run.directory.folder(of: relativePath)
        let kind = fileKind(of: folder)
        return run.directory.isOccupied(folder) && kind != .typeDirectory ? folder : nil
    }

    private func artefacts(of relativePath: String) -> [String] {
        RunDirectory.ResultFile.allCases.map { RunDirectory.artefact($0, of: relativePath) }
    }

    /// Opens the batches that are missing; without any, the tracking pass is next.
    private func resumeDetecting(_ rank: Int, _ record: VideoRecord) throws {
        videos[rank].phase = .detecting
        // Workers that detect may draw at once.
        if request.annotation == .video { try missingSegments(rank, record) }
        let batches = try run.journal.items(of: record.id, kind: .batch)
        let settled = batches.filter { $0.state != .pending }
        videos[rank].framesDetected = settled.reduce(0) { $0 + $1.frames }
        open(batches.filter { $0.state == .pending }, rank)
        if videos[rank].open.isEmpty { try track(rank) }
    }

    /// Makes items available to workers.
    func open(_ records: [ItemRecord], _ rank: Int) {
        for record in records {
            items[record.id] = OpenItem(rank: rank, record: record)
            videos[rank].open.insert(record.id)
        }
        let entries = records.map {
            LedgerItem(
                id: $0.id, rank: rank, predecessor: request.annotation == .video ? $0.predecessor : nil,
                isSegment: $0.kind == .segment, crashes: $0.crashes, interruptions: $0.interruptions)
        }
        guard !entries.isEmpty else { return }
        perform(ledger.handle(.added(entries), at: now))
    }
}
