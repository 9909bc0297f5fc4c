import CPlatform
import Foundation

/// A process that reads files of unknown origin for a coordinator, at the other end of its pipes.
package enum ServingProcess {
    /// Whether a person has started it at a terminal.
    package static var isAtTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Makes the process ready: the first to go where memory runs out, without a way to rise above its user, deaf to a terminal's Ctrl-C, and with
    /// standard output kept for messages.
    ///
    /// - Returns: the coordinator's end; nil where a standard stream is closed.
    package static func begin() -> PayloadChannel? {
        // Its work goes to another one; the coordinator's would be lost, and so might be a neighbour's.
        try? Data("500".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
        wh_forbid_new_privileges()
        // Ctrl-C reaches the whole group; the coordinator decides what it means.
        wh_ignore_signal(SIGINT)
        wh_ignore_signal(SIGPIPE)
        // Whatever a library prints must not end up between messages.
        let output = dup(STDOUT_FILENO)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { return nil }
        return PayloadChannel(
            input: .standardInput, output: FileHandle(fileDescriptor: output, closeOnDealloc: false))
    }
}
