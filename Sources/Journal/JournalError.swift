/// Why the record of a run cannot be read or written.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// There is no journal in the folder.
        case missing
        /// Another process works on the run.
        case locked
        /// The file is not a journal, or one of a newer version.
        case unreadable
        /// Reading or writing failed: disk full, permission, device.
        case storage
    }

    package let code: Code
    /// What was being done, such as `open the journal`.
    package let operation: String
    /// The journal file.
    package let subject: String
    package let reason: String

    package init(_ code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(subject): cannot \(operation): \(reason)" }
}
