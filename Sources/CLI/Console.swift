import CPlatform
import Foundation
import Synchronization

/// Standard output: data only.
enum StandardOutput {
    static func write(line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
    }
}

/// Standard error: lines, and on a terminal one status line below them that is redrawn in place.
final class Console: Sendable {
    static let standardError = Console()

    private struct State {
        var status = ""
    }

    private let state = Mutex(State())

    /// Columns of the terminal, or nil where standard error is not one that can redraw a line.
    var columns: Int? {
        let columns = Int(wh_terminal_columns(STDERR_FILENO))
        return columns > 0 && ProcessInfo.processInfo.environment["TERM"] != "dumb" ? columns : nil
    }

    /// Whether the terminal's character set has more than ASCII.
    var showsUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.lowercased().replacing("-", with: "").contains("utf8")
    }

    /// Writes a line above the status line. What in it is no text is made visible.
    func write(line: String) {
        let line = VisibleText.line(line)
        state.withLock { state in
            Self.write(state.status.isEmpty ? "\(line)\n" : "\(Self.clear)\(line)\n\(state.status)")
        }
    }

    /// Shows `status`, which must fit the terminal's width, or removes the status line where it is empty.
    func show(status: String) {
        let status = VisibleText.line(status)
        state.withLock { state in
            guard status != state.status else { return }
            Self.write(Self.clear + status)
            state.status = status
        }
    }

    /// As `show(status:)`, on a terminal only.
    func showOnTerminal(status: String) {
        if columns != nil { show(status: status) }
    }

    /// Back to the first column, erase to the end of the line.
    private static let clear = "\r\u{1B}[K"

    private static func write(_ text: String) {
        // Nobody reads what cannot be written: the program goes on without.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
