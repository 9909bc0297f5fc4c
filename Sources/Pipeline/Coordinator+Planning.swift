import Foundation
import Journal
import Logging
import Media
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
            looks.count < Self.planningAtOnce, jobs < Self.jobsAtOnce, ledger.openItems < Self.openItemsAhead
        {
            let rank = nextToPlan
            nextToPlan += 1
            attempt { try begin(rank) }
        }
    }

    func plan(_ rank: Int) {
        let path = videos[rank].input.path
        let isLast = rank == videos.count - 1
        looks.insert(rank)
        inBackground { [helpers, planner] in .planned(rank: rank, helpers.plan(path, planner, isLast: isLast)) }
    }

    func planned(_ rank: Int, _ outcome: PlanOutcome) throws {
        looks.remove(rank)
        jobs -= 1
        let input = videos[rank].input
        switch outcome {
        case .failed(let identity, let reason):
            guard let record = known[input.relativePath] else { return try planFailed(rank, identity, reason) }
            if hasResults(record), let earlier = record.identity, identity?.isUntouched(since: earlier) != false {
                // What kept it from being looked at says nothing about what an earlier run made of it.
                videos[rank].record = record
                return failForNow(rank, "\(reason); its results stay as they are")
            }
            try removeResults(record)
            try planFailed(rank, identity, reason)
        case .planned(let plan):
            if let record = known[input.relativePath] { try removeResults(record) }
            if let obstacle = foreignFile(in: input.relativePath) {
                let reason = "'\(obstacle)' is in the way and was not written by windhover; move it away"
                return try planFailed(rank, plan.identity, reason)
            }
            if request.foldsColours, let obstacle = plan.foldingObstacle {
                logger.debug("\(input.path): its colours are converted before the model: \(obstacle)")
            }
            let (record, _) = try run.journal.plan(
                relativePath: input.relativePath, path: input.path, identity: plan.identity, info: plan.info,
                batches: plan.batches, segments: plan.segments, shortfall: plan.shortfall,
                artefacts: artefacts(of: input.relativePath))
            claimed.formUnion(artefacts(of: input.relativePath))
            videos[rank].record = record
            try resumeDetecting(rank, record)
        }
    }

    private func hasResults(_ record: VideoRecord) -> Bool { record.stage == .finished && record.status != .failed }

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
        return run.directory.isOccupied(folder) && FileKind(path: folder) != .folder ? folder : nil
    }

    private func artefacts(of relativePath: String) -> [String] {
        RunDirectory.ResultFile.allCases.map { RunDirectory.artefact($0, of: relativePath) }
    }

    /// Makes items available to workers.
    /// - Parameter deaths: workers that the batches of pieces have cost.
    func open(_ records: [ItemRecord], _ rank: Int, deaths: [WorkItemID: Int] = [:]) {
        for record in records {
            items[record.id] = OpenItem(rank: rank, record: record)
            videos[rank].open.insert(record.id)
        }
        let entries = records.map {
            LedgerItem(
                id: $0.id, rank: rank, predecessor: $0.predecessor, isSegment: $0.kind == .segment, frames: $0.frames,
                batch: $0.parent,
                batchDeaths: $0.parent.flatMap { deaths[$0] } ?? 0, crashes: $0.crashes, interruptions: $0.interruptions
            )
        }
        guard !entries.isEmpty else { return }
        perform(ledger.handle(.added(entries), at: now))
    }
}
