import Journal
import Logging
import WorkProtocol

/// Inputs and the run directory that vanish or change while they are worked on.
extension Coordinator {
    /// Whether a video's file is the one that was planned.
    func hasFile(_ rank: Int) -> Bool {
        guard let record = videos[rank].record, let known = record.identity else { return false }
        // That a file of a server changes shows in its packets.
        guard !isRemote(record.path) else { return true }
        return FileIdentity(path: record.path)?.isUntouched(since: known) == true
    }

    /// A batch failed, or lacks frames, because its file is not what it was: it stays open in the journal, for the next run.
    func putOff(_ id: WorkItemID) throws {
        guard let item = items.removeValue(forKey: id) else { return }
        videos[item.rank].open.remove(id)
        if videos[item.rank].open.isEmpty { try track(item.rank) }
    }

    /// Whether results of a video may be written: results of two different contents in one file would be worse than none.
    /// - Parameter needsFile: not only must the file not have changed, it has to be there.
    func mayWrite(_ rank: Int, needsFile: Bool) throws -> Bool {
        try run.checkPlace()
        guard let record = videos[rank].record, !hasFile(rank) else { return true }
        guard needsFile || FileIdentity(path: record.path) != nil else { return true }
        let change =
            FileIdentity(path: record.path) == nil
            ? "the file has vanished during the run; put it back"
            : "the file has changed during the run; wait until it is complete"
        failForNow(rank, "\(change) and run the same command again")
        return false
    }
}

extension BatchResult {
    /// Whether frames could not be decoded.
    var hasLosses: Bool {
        frames.contains { frame in
            if case .undecodable = frame.status { true } else { false }
        }
    }
}
