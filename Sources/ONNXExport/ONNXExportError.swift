import GraphIR

/// Why a graph did not become a file: one clear line that names the file, the reason and, where there is one, the way out.
package struct ONNXExportError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// More than the 2 GiB that a protobuf message can have.
        case tooLarge
        /// The file cannot be written.
        case unwritable
        /// The graph has something that has no form in ONNX.
        case unsupported
    }

    package var code: Code
    /// What was being done, for example `write`.
    package var operation: String
    /// The file, node or value.
    package var subject: String
    package var reason: String

    package init(_ code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(subject.line(limit: 400)): \(reason.line(limit: 400))" }
}
