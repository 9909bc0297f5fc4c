import Logging
import Pipeline

/// Runs a request for a person: shows progress, obeys signals, closes with a report.
struct RunExecution {
    let logging: LoggingOptions
    let logger: Logger
    /// Also say at the end where the time went.
    let showsStatistics: Bool

    /// Returns the exit code.
    func run(_ request: DetectRequest) async throws(CommandError) -> Int32 {
        let stop = StopRequest()
        let signals = StopSignals(stop: stop) { logger.notice("\($0)") }
        let progress = ProgressReporter(logging: logging, logger: logger)
        defer {
            progress.end()
            signals.end()
        }
        do {
            let summary = try await DetectRun.run(
                request, progress: { progress.report($0) }, stop: stop, logger: logger)
            progress.end()
            ClosingReport(summary: summary, request: request).log(to: logger, statistics: showsStatistics)
            return summary.exitCode
        } catch {
            throw CommandError(error)
        }
    }
}
