package import Logging
import WorkProtocol

/// The program `windhover worker`: serves one coordinator over standard input and output.
package enum WorkerMain {
    /// Works until the coordinator has no more work or is gone. Blocks; call it outside of Swift's cooperative threads.
    ///
    /// - Parameter logger: must write to standard error; standard output belongs to the protocol.
    /// - Returns: the exit code: 0, or 1 where the configuration cannot work, or 64 when started by hand.
    package static func run(logger: Logger) -> Int32 {
        guard !ServingProcess.isAtTerminal else {
            logger.error("'windhover worker' is started by 'windhover detect', not by hand")
            return 64
        }
        guard let payloads = ServingProcess.begin() else {
            logger.error("standard output and standard error must be open")
            return 1
        }
        return WorkerSession(channel: MessageChannel(payloads), logger: logger).run()
    }
}
