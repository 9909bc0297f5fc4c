import CPlatform
import Foundation
package import Logging
import WorkProtocol

/// The program `windhover worker`: serves one coordinator over standard input and output.
package enum WorkerMain {
    /// Works until the coordinator has no more work or is gone. Blocks; call it outside of Swift's cooperative threads.
    ///
    /// - Parameter logger: must write to standard error; standard output belongs to the protocol.
    /// - Returns: the exit code: 0, or 1 where the configuration cannot work, or 64 when started by hand.
    package static func run(logger: Logger) -> Int32 {
        guard isatty(STDIN_FILENO) == 0 else {
            logger.error("'windhover worker' is started by 'windhover detect', not by hand")
            return 64
        }
        // Where memory runs out, the kernel is to end a worker, whose work goes to another one, and not the coordinator or a neighbour.
        try? Data("500".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
        // It reads files of unknown origin: whatever they make of it, it shall not rise above its user.
        wh_forbid_new_privileges()
        // A terminal's Ctrl-C reaches the whole group; the coordinator decides what it means.
        wh_ignore_signal(SIGINT)
        wh_ignore_signal(SIGPIPE)
        // Whatever a library prints must not end up between messages.
        let output = dup(STDOUT_FILENO)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            logger.error("standard output and standard error must be open")
            return 1
        }
        let channel = MessageChannel(
            input: .standardInput, output: FileHandle(fileDescriptor: output, closeOnDealloc: false))
        return WorkerSession(channel: channel, logger: logger).run()
    }
}
