import Journal
import Logging
import WorkProtocol

/// What the ledger decides is done here.
extension Coordinator {
    /// Carries out what the ledger decided.
    func perform(_ actions: [BatchLedger.Action]) {
        for action in actions { attempt { try perform(action) } }
    }

    private func perform(_ action: BatchLedger.Action) throws {
        switch action {
        case .spawn(let id):
            pool.spawn(id)
            try pool.send(.configure(workerConfiguration), to: id)
        case .assign(let item, let id):
            if let record = items[item]?.record {
                logger.debug("\(id) gets \(record.kind.rawValue) \(item), \(record.frames) frames")
            }
            try pool.send(assignment(of: item), to: id)
        case .accept(let item): try accept(item)
        case .requeue(let item, let end):
            items[item]?.progress = 0
            if !end.isCrowding { try count(item, end) }
        case .split(let item, let end):
            try count(item, end)
            try split(item, reason: end.reason)
        case .giveUp(let item, let end):
            try count(item, end)
            try noteLoss(item, end)
            try lose(item, reason: end.reason)
        case .dismiss(let id): try pool.send(.shutdown, to: id)
        case .kill(let id, let verdict):
            logger.debug("\(id) is killed: \(verdict.reason)")
            pool.kill(id)
        case .abandon(let reason):
            fail(
                PipelineError(.workers, operation: "start workers", subject: request.executable, reason: reason))
        }
    }

    /// Records an attempt that failed.
    private func count(_ item: WorkItemID, _ end: WorkerEnd) throws {
        try run.journal.countAttempt(item, crashed: end.isCrash)
    }

    /// Frames that are lost for want of memory are tried again when there is more.
    private func noteLoss(_ id: WorkItemID, _ end: WorkerEnd) throws {
        guard end.isExhaustion, let item = items[id], item.record.kind != .segment else { return }
        try run.journal.noteExhaustion(of: item.record.video, memory: request.memory)
    }

    private func accept(_ item: WorkItemID) throws {
        switch incoming {
        case .batch(let result): try completed(result)
        case .segment(let result): try completed(result)
        case .failed(let failure): try lose(item, reason: failure.reason)
        default: break
        }
    }
}
