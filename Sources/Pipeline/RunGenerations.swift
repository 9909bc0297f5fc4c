import Journal
import Media

/// The journals in a run directory: the current one and, while a run starts over, the fresh one beside it. Needs the directory's lock.
///
/// A fresh journal exists only beside a current one. Where it is found alone, its promotion was cut short.
struct RunGenerations {
    let directory: RunDirectory

    /// The generation that a run goes on with: the fresh one where there is one; nil where there is no run.
    var latest: RunDirectory.Generation? { [.fresh, .current].first(where: exists) }

    func exists(_ generation: RunDirectory.Generation) -> Bool {
        RunJournal.exists(in: directory.at(generation).work)
    }

    func open(_ generation: RunDirectory.Generation) throws -> RunJournal {
        try RunJournal.open(in: directory.at(generation).work, create: false)
    }

    /// Finishes a promotion that was cut short.
    func repair() throws {
        if exists(.fresh), !exists(.current) { try replaceCurrent() }
    }

    /// Starts a fresh generation, without results, and with the claims of the current one, so that its files are not taken for strangers'.
    func begin() throws -> RunJournal {
        let current = try open(.current)
        let artefacts = try current.artefacts()
        current.close()
        let fresh = directory.at(.fresh)
        try fresh.removeWork()
        try fresh.createFolder(fresh.work)
        let journal = try RunJournal.open(in: fresh.work, create: true)
        try journal.claim(artefacts, for: nil)
        return journal
    }

    /// Makes the complete fresh generation the current one; its journal must be closed.
    func promote() throws {
        guard exists(.fresh) else { return }
        try replaceCurrent()
    }

    private func replaceCurrent() throws {
        let (fresh, current) = (directory.at(.fresh), directory.at(.current))
        let files = RunJournal.files(in: fresh.work)
        // A log that is not empty belongs to its database: opening and closing puts the one into the other.
        try open(.fresh).close()
        guard files.filter({ $0.hasSuffix("-wal") }).allSatisfy({ size(of: $0) == 0 }) else { return }
        // The old log first: left over beside another database, it would be read as that one's.
        try current.removeWork()
        try FilePublication.publish(files[0], as: RunJournal.files(in: current.work)[0])
        try fresh.removeWork()
    }

    private func size(of path: String) -> Int64 { FileIdentity(path: path)?.size ?? 0 }
}
