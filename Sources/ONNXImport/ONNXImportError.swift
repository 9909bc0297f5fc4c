import GraphIR

/// Why a file did not become a graph: one clear line that names the file, the reason and, where there is one, the way out.
package struct ONNXImportError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The file is missing or cannot be read.
        case unreadable
        case empty
        /// The bytes are not an ONNX model.
        case notONNX
        /// The bytes begin as an ONNX model and end too early.
        case truncated
        /// A model without a graph, or a graph without outputs.
        case noGraph
        /// An operator set older or newer than the ones the importer knows.
        case unsupportedOpset
        /// Operators, or uses of them, that this program cannot compute.
        case unsupportedOperator
        /// A node's attributes or operands are not what its operator takes.
        case invalidNode
        /// A tensor's sizes, type and data do not agree.
        case invalidTensor
        /// Data kept outside the model file that is missing or outside its folder.
        case externalData
        /// Values without or with two producers, or nodes in a circle.
        case invalidGraph
        /// A value that was asked for is not in the graph.
        case unknownOutput
    }

    package var code: Code
    /// What was being done, for example `read`.
    package var operation: String
    /// The model file, or what stands for it.
    package var subject: String
    package var reason: String

    package init(_ code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(subject): \(reason.line(limit: 800))" }
}
