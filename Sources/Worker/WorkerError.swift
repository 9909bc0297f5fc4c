/// Why a worker cannot do its work.
package struct WorkerError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The model cannot be read, compiled or used with its description.
        case model
        /// The coordinator said something else than the protocol allows.
        case protocolViolation
    }

    package let code: Code
    /// What was being done, such as `load the model`.
    package let operation: String
    /// The file concerned.
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
