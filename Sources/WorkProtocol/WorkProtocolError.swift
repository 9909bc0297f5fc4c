/// Why bytes between coordinator and worker, or out of the journal, cannot be understood.
package struct WorkProtocolError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// A length prefix beyond the limit: not this protocol.
        case tooLong
        /// The other side closed in the middle of a message.
        case truncated
        /// A message that is not what its length promised, or lacks a field.
        case malformed
        /// Reading from or writing to the pipe failed.
        case pipe
    }

    package let code: Code
    /// What was being done, such as `read a message`.
    package let operation: String
    /// The other side, or the kind of record.
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
