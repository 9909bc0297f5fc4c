/// Why something could not be scored: one line that names the file, what is wrong and where.
package struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The file cannot be read.
        case unreadable
        /// The file is no COCO annotations, or contradicts itself.
        case malformed
    }

    package let code: Code
    /// What was being done, for example `read annotations`.
    package let operation: String
    /// The file.
    package let subject: String
    /// What is wrong and where in the file, without a full stop.
    package let reason: String

    package init(_ code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    /// One line: subject, operation, reason.
    package var description: String { "\(subject): cannot \(operation): \(reason)" }
}
