import CPlatform
import Foundation
import Journal
package import Logging
import Media

/// The job `detect`: plan, open the journal, coordinate what is pending, finish.
package enum DetectRun {
    /// Runs a request to its end, or until `stop` asks otherwise.
    ///
    /// - Parameters:
    ///   - progress: called a few times a second, from one thread.
    ///   - logger: troubles of single inputs go there as warnings as they happen; `RunSummary.messages` repeats them.
    /// - Throws: where nothing could be done at all; the error has the exit code.
    package static func run(
        _ request: DetectRequest, progress: @escaping @Sendable (RunProgress) -> Void, stop: StopRequest, logger: Logger
    ) async throws(PipelineError) -> RunSummary {
        // A worker that is gone must show as a failed write, not end the program.
        wh_ignore_signal(SIGPIPE)
        // Threads come and go here, one for each job in the background: each would keep what it has freed.
        wh_share_allocation_arena()
        let outcome = await withCheckedContinuation { continuation in
            // A thread of its own: it blocks for the journal and for events.
            Thread.detachNewThread {
                continuation.resume(returning: result(request, progress, stop, logger))
            }
        }
        return try outcome.get()
    }

    private static func result(
        _ request: DetectRequest, _ progress: @escaping @Sendable (RunProgress) -> Void, _ stop: StopRequest,
        _ logger: Logger
    ) -> Result<RunSummary, PipelineError> {
        do {
            return .success(try runBlocking(request, progress, stop, logger))
        } catch {
            return .failure(PipelineError(error))
        }
    }

    private static func runBlocking(
        _ request: DetectRequest, _ progress: @escaping @Sendable (RunProgress) -> Void, _ stop: StopRequest,
        _ logger: Logger
    ) throws -> RunSummary {
        request.inputRules.use()
        let cpuBefore = cpuSeconds
        let run = try OpenRun(request, settings: RunSettings(request, modelDigest: try digest(of: request)))
        var isComplete = false
        defer { run.close(isComplete: isComplete) }
        for notice in run.notices { logger.notice("\(request.output): \(notice)") }
        let mailbox = Mailbox<RunEvent>()
        let coordinator = try Coordinator(
            request: request, run: run, logger: logger, mailbox: mailbox, report: progress)
        stop.observe { mailbox.post(.stop($0)) }
        coordinator.work()
        coordinator.times.other = max(0, cpuSeconds - cpuBefore - coordinator.times.cpu)
        if let failure = coordinator.failure { throw failure }
        try writeReport(of: coordinator)
        isComplete = coordinator.videos.allSatisfy { $0.record?.stage == .finished }
        return coordinator.summary
    }

    /// Of the model's file.
    static func digest(of request: DetectRequest) throws(PipelineError) -> String {
        if let digest = request.modelDigest { return digest }
        do {
            return try SHA256Digest.hexDigest(ofFile: request.modelPath)
        } catch {
            throw PipelineError(
                .model, operation: "read the model", subject: request.modelPath, reason: error.reason)
        }
    }

    private static func writeReport(of coordinator: Coordinator) throws {
        try coordinator.run.checkPlace()
        let own = Set(coordinator.request.inputs.map(\.relativePath))
        let others = try coordinator.run.journal.videos().filter { !own.contains($0.relativePath) }
        let report = RunReport(
            request: coordinator.request, settings: coordinator.settings, summary: coordinator.summary,
            isInterrupted: coordinator.isInterrupted, others: others.map(RunSummary.Video.init))
        try AtomicFile.write(report.document, to: coordinator.run.directory.report)
    }

    /// CPU time of this process and of the workers that have ended.
    private static var cpuSeconds: Double { Double(wh_cpu_nanoseconds(0) + wh_cpu_nanoseconds(1)) / 1e9 }
}

extension RunSummary.Video {
    init(_ record: VideoRecord) {
        self.init(
            path: record.path, relativePath: record.relativePath, status: record.status, reason: record.reason,
            frames: record.ledger, detections: record.detections, tracks: record.tracks)
    }
}
