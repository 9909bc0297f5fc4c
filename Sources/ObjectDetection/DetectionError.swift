/// Why a model's input or output could not be understood.
package struct DetectionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: String, Sendable, Hashable {
        /// The graph's inputs are not one picture.
        case unsupportedInput
        /// The outputs match no known detection head.
        case unrecognisedHead
        /// A description contradicts itself or the graph.
        case invalidDescription
        /// An output tensor is missing or has another shape or type than the head needs.
        case unexpectedOutput
    }

    package let code: Code
    /// What was being done, for example `recognise model`.
    package let operation: String
    /// The model, description field or output concerned.
    package let subject: String
    /// What is wrong and what to do, without a full stop.
    package let reason: String

    package init(code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    /// One line: subject, operation, reason.
    package var description: String { "\(subject): cannot \(operation): \(reason)" }
}
