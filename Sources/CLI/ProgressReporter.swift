import Foundation
import Logging
import Pipeline
import Synchronization

/// Shows the progress of a run: as a line redrawn in place on a terminal, else as a log line now and then.
final class ProgressReporter: Sendable {
    /// Seconds between two drawings on a terminal.
    private static let redrawInterval = 0.1
    /// Seconds between two log lines.
    private static let logInterval = 10.0

    private struct State {
        var meter = RateMeter()
        var lastShown = 0.0
        var isEnded = false
    }

    private let logger: Logger
    private let console: Console
    private let isQuiet: Bool
    private let drawsLine: Bool
    private let state = Mutex(State())
    private let start = ContinuousClock.now

    init(logging: LoggingOptions, logger: Logger, console: Console = .standardError) {
        self.logger = logger
        self.console = console
        isQuiet = logging.quiet
        drawsLine = console.columns != nil && logging.logFormat == .text
    }

    /// Takes news from the run, as often as it likes.
    func report(_ progress: RunProgress) {
        guard !isQuiet else { return }
        let time = seconds
        state.withLock { state in
            guard !state.isEnded else { return }
            state.meter.add(frames: progress.framesDone, at: time)
            let interval = drawsLine ? Self.redrawInterval : Self.logInterval
            guard time - state.lastShown >= interval else { return }
            state.lastShown = time
            show(ProgressLine(progress: progress, rate: state.meter.framesPerSecond))
        }
    }

    /// Removes the status line; nothing is shown afterwards.
    func end() {
        state.withLock { $0.isEnded = true }
        if drawsLine { console.show(status: "") }
    }

    private func show(_ line: ProgressLine) {
        if drawsLine, let columns = console.columns {
            console.show(status: line.fitted(to: columns, unicode: console.showsUnicode))
        } else {
            logger.info("\(line.plain)")
        }
    }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
