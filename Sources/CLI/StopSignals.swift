import CPlatform
import Dispatch
import Foundation
import Pipeline
import Synchronization

/// Turns SIGINT and SIGTERM into wishes to stop: the first is graceful, the second at once, the third ends the program.
final class StopSignals {
    private static let numbers = [SIGINT, SIGTERM]
    private let sources: [any DispatchSourceSignal]

    /// - Parameter announce: is told in words what happens, on a queue of its own.
    init(stop: StopRequest, announce: @escaping @Sendable (String) -> Void) {
        let queue = DispatchQueue(label: "windhover.signals")
        let count = Mutex(0)
        sources = Self.numbers.map { number in
            // Its default action would end the program before the source hears of it.
            wh_ignore_signal(number)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in
                let received = count.withLock { count in
                    count += 1
                    return count
                }
                Self.obey(received, stop, announce)
            }
            source.resume()
            return source
        }
    }

    /// Gives the signals their default action back.
    func end() {
        for source in sources { source.cancel() }
        for number in Self.numbers { wh_default_signal(number) }
    }

    private static func obey(_ received: Int, _ stop: StopRequest, _ announce: (String) -> Void) {
        switch received {
        case 1:
            announce("Stopping: the work in hand is being finished. Once more stops at once.")
            stop.requestGraceful()
        case 2:
            announce("Stopping at once.")
            stop.requestImmediate()
        default:
            wh_exit_now(ExitStatus.interrupted)
        }
    }
}
