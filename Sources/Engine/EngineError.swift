/// Why a graph cannot be compiled or run.
package struct EngineError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The engine has no kernel for a node in the form it has.
        case unsupported
        /// An input is missing, or has another shape or element type than the model was compiled for.
        case badInput
        /// The graph contradicts itself.
        case invalidGraph
        /// The named instruction set is not available on this processor.
        case instructionSet
        /// The processor has no instructions for a model of this precision.
        case precision
    }

    package let code: Code
    /// The node, value or instruction set concerned.
    package let subject: String
    package let reason: String

    package init(_ code: Code, _ subject: String, _ reason: String) {
        self.code = code
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(subject): \(reason)" }
}
