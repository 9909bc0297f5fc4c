import CPlatform
import Dispatch
import Foundation
import WorkProtocol

/// Sees to it that a worker shows signs of life and that none outlives its coordinator.
///
/// The end of standard input is the first sign that the coordinator is gone; its silence is the second, for the case that
/// something else holds the pipe open.
final class WorkerWatch: Sendable {
    private static let period: TimeInterval = 1
    /// A coordinator that says nothing for so long is gone.
    private static let longestSilence = Duration.seconds(15)
    /// Ticks further apart mean that this process itself was asleep, and the silence proves nothing.
    private static let pause = Duration.seconds(4)
    /// Time for the frame in hand, after which the process ends all the same.
    private static let grace = Duration.seconds(3)

    private let activity: WorkerActivity
    private let channel: MessageChannel
    private let stop: @Sendable (String) -> Void

    init(activity: WorkerActivity, channel: MessageChannel, stop: @escaping @Sendable (String) -> Void) {
        self.activity = activity
        self.channel = channel
        self.stop = stop
    }

    func start() {
        Thread.detachNewThread { [self] in beat() }
        Thread.detachNewThread { [self] in watch() }
    }

    /// Its own thread: writing to a pipe that nobody reads blocks.
    private func beat() {
        while !activity.hasEnded {
            do {
                try channel.send(.progress(activity.progress))
            } catch {
                return stop("the coordinator does not read: \(error.reason)")
            }
            Thread.sleep(forTimeInterval: Self.period)
        }
    }

    private func watch() {
        var last = SuspendingClock.now
        var stoppingSince: SuspendingClock.Instant?
        while !activity.hasEnded {
            Thread.sleep(forTimeInterval: Self.period / 4)
            let now = SuspendingClock.now
            if last.duration(to: now) > Self.pause { activity.coordinatorSpoke() }
            last = now
            if activity.coordinatorSilence > Self.longestSilence { stop("the coordinator says nothing") }
            guard activity.isStopping else { continue }
            let since = stoppingSince ?? now
            stoppingSince = since
            if since.duration(to: now) > Self.grace { wh_exit_now(1) }
        }
    }

    /// Watches for SIGTERM until the source that is returned is cancelled.
    func watchTermination() -> any DispatchSourceSignal {
        wh_ignore_signal(SIGTERM)
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        source.setEventHandler { @Sendable [self] in stop("terminated") }
        source.activate()
        return source
    }
}
