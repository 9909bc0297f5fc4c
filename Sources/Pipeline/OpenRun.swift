import Foundation
import Journal

/// A run directory made ready: locked, its journal open, its settings those of the request.
struct OpenRun {
    let directory: RunDirectory
    let journal: RunJournal
    private let lock: RunLock

    /// Opens or starts the run that `request` names, as its policy for existing runs says.
    init(_ request: DetectRequest, settings: RunSettings) throws(PipelineError) {
        directory = RunDirectory(root: request.output)
        if request.existing == .resume, !RunJournal.exists(in: directory.hidden) {
            throw PipelineError(
                .settings, operation: "resume", subject: request.output,
                reason: "it holds no run; leave --resume away to start one")
        }
        try directory.create()
        do {
            lock = try RunLock(in: directory.hidden)
            if request.existing == .overwrite { try Self.removeRun(in: directory) }
            journal = try RunJournal.open(in: directory.hidden, create: true)
            try Self.agree(settings, journal, request)
            try Self.claimReport(directory, journal)
        } catch let error as PipelineError {
            throw error
        } catch {
            throw PipelineError(error)
        }
    }

    /// Closes the journal and gives the lock back.
    func close() {
        journal.close()
        lock.release()
    }

    private static func removeRun(in directory: RunDirectory) throws {
        guard RunJournal.exists(in: directory.hidden) else { return }
        let journal = try RunJournal.open(in: directory.hidden, create: false)
        let artefacts = try journal.artefacts()
        journal.close()
        try directory.removeRun(artefacts: artefacts)
    }

    private static func agree(_ settings: RunSettings, _ journal: RunJournal, _ request: DetectRequest) throws {
        let stored = try journal.settings()
        guard !stored.isEmpty else { return try journal.setSettings(settings.values) }
        let differences = settings.differences(from: stored)
        guard differences.isEmpty else {
            throw PipelineError(
                .settings, operation: "continue the run", subject: request.output,
                reason: "\(differences.joined(separator: "; ")); use --overwrite to start over or another output folder"
            )
        }
    }

    private static func claimReport(_ directory: RunDirectory, _ journal: RunJournal) throws {
        guard try !journal.artefacts().contains(RunDirectory.reportName) else { return }
        guard !directory.isOccupied(directory.report) else {
            throw PipelineError(
                .settings, operation: "write the run's report", subject: directory.report,
                reason: "a file that windhover did not write is there; move it away or use another output folder")
        }
        try journal.claim([RunDirectory.reportName], for: nil)
    }
}

extension PipelineError {
    /// An error of the journal or anything else below, as this target's error.
    init(_ error: any Error) {
        if let error = error as? PipelineError {
            self = error
        } else if let error = error as? JournalError {
            self.init(.output, operation: error.operation, subject: error.subject, reason: error.reason)
        } else {
            self.init(.output, operation: "go on", subject: "run", reason: "\(error)")
        }
    }
}
