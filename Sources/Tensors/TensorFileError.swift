/// Why a tensor file could not be read or written.
package struct TensorFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: String, Sendable, Hashable {
        /// The file cannot be opened or read.
        case unreadable
        /// The file cannot be written.
        case unwritable
        /// The bytes are not a file of this format.
        case notNumPy
        /// The header does not follow the format.
        case malformedHeader
        /// A valid file of a kind that is not supported (element type, order, version).
        case unsupported
        /// The file ends before its data does.
        case truncated
    }

    package let code: Code
    /// What was being done, for example `read tensor`.
    package let operation: String
    /// The file concerned.
    package let subject: String
    /// What is wrong and what to do, without a full stop.
    package let reason: String

    package init(code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    /// One line: file, operation, reason.
    package var description: String { "\(subject): cannot \(operation): \(reason)" }
}
