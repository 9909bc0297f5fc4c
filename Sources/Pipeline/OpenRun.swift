import Foundation
import Journal

/// A run directory made ready: locked, its journal open, its settings those of the request.
struct OpenRun {
    let directory: RunDirectory
    let journal: RunJournal
    /// What the run is made with: the request's settings on top of the detections that are stored.
    let settings: RunSettings
    /// What people should know about how the run continues, one line each.
    let notices: [String]
    private let lock: RunLock

    /// Opens or starts the run that `request` names, as its policy for existing runs says.
    init(_ request: DetectRequest, settings wanted: RunSettings) throws(PipelineError) {
        let directory = RunDirectory(root: request.output)
        if request.existing == .resume || request.scope != .everything,
            RunGenerations(directory: directory).latest == nil
        {
            throw PipelineError(
                .settings, operation: "continue the run", subject: request.output,
                reason: "it holds no run; 'windhover detect' starts one")
        }
        try directory.create()
        do {
            lock = try RunLock(in: directory.hidden)
            let opening = RunOpening(directory: directory, wanted: wanted, policy: request.existing)
            let opened = try opening.open()
            (journal, settings, notices) = (opened.journal, opened.settings, opened.notices)
            self.directory = directory.at(opened.generation)
            try settings.store(in: journal)
            if request.scope == .everything {
                let inputs = RunInputs(videos: request.inputs, problems: request.problems)
                try RunSettings.store(inputs, in: journal)
            }
            try Self.claimReport(directory, journal)
        } catch let error as PipelineError {
            throw error
        } catch {
            throw PipelineError(error)
        }
    }

    /// Ends the run where its directory is no longer there: nothing may be written without the journal beside it.
    func checkPlace() throws(PipelineError) {
        if let displacement { throw displacement }
    }

    /// Set where the run directory is no longer the one that was opened.
    var displacement: PipelineError? {
        guard !lock.isInPlace else { return nil }
        return PipelineError(
            .output, operation: "go on", subject: directory.root,
            reason: "the folder was removed or replaced during the run; run the same command again to start over")
    }

    /// Closes the journal and gives the lock back.
    /// - Parameter isComplete: nothing is left to do; a run that started over takes the place of the one before.
    func close(isComplete: Bool = false) {
        journal.close()
        // A promotion that fails is tried again when the run is found complete the next time.
        if isComplete, directory.generation == .fresh { try? RunGenerations(directory: directory).promote() }
        lock.release()
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

/// Finds the journal with which a request goes on: the one whose detections can be used, or a new one.
struct RunOpening {
    struct Opened {
        let journal: RunJournal
        let generation: RunDirectory.Generation
        let settings: RunSettings
        var notices: [String] = []
    }

    let directory: RunDirectory
    let wanted: RunSettings
    let policy: ExistingRunPolicy

    private var generations: RunGenerations { RunGenerations(directory: directory) }

    func open() throws -> Opened {
        try generations.repair()
        if policy == .overwrite { try removeAll() }
        guard generations.exists(.current) else {
            let journal = try RunJournal.open(in: directory.hidden, create: true)
            return Opened(journal: journal, generation: .current, settings: wanted)
        }
        if let opened = try takenUp(.fresh) { return opened }
        if policy != .fresh, var opened = try takenUp(.current) {
            if generations.exists(.fresh) {
                try directory.at(.fresh).removeWork()
                opened.notices.append("the run that was started over with other settings is dropped")
            }
            return opened
        }
        return try startedOver()
    }

    /// The journal of a generation, where what it holds can be used.
    private func takenUp(_ generation: RunDirectory.Generation) throws -> Opened? {
        guard generations.exists(generation) else { return nil }
        let journal = try generations.open(generation)
        guard let stored = try RunSettings(journal), let settings = wanted.continuing(stored) else {
            journal.close()
            return nil
        }
        return Opened(journal: journal, generation: generation, settings: settings)
    }

    private func startedOver() throws -> Opened {
        let reasons = try differences()
        if policy == .resume { throw refusal(reasons) }
        if try holdsNothing() {
            try directory.at(.fresh).removeWork()
            let journal = try generations.open(.current)
            return Opened(journal: journal, generation: .current, settings: wanted)
        }
        let cause = policy == .fresh ? "" : "\(reasons.joined(separator: "; ")): "
        let notice = "\(cause)everything is detected anew; earlier detections are kept until this run is complete"
        return Opened(journal: try generations.begin(), generation: .fresh, settings: wanted, notices: [notice])
    }

    private func differences() throws -> [String] {
        let journal = try generations.open(.current)
        defer { journal.close() }
        guard let stored = try RunSettings(journal) else { return ["its settings are unknown"] }
        return wanted.differences(from: stored)
    }

    /// Whether the current journal has no detections that would be lost.
    private func holdsNothing() throws -> Bool {
        let journal = try generations.open(.current)
        defer { journal.close() }
        return try !journal.hasResults()
    }

    private func refusal(_ reasons: [String]) -> PipelineError {
        PipelineError(
            .settings, operation: "continue the run", subject: directory.root,
            reason: "\(reasons.joined(separator: "; ")); leave --resume away to detect everything anew")
    }

    private func removeAll() throws {
        for generation in [RunDirectory.Generation.fresh, .current] where generations.exists(generation) {
            let journal = try generations.open(generation)
            let artefacts = try journal.artefacts()
            journal.close()
            try directory.at(generation).removeRun(artefacts: artefacts)
        }
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
