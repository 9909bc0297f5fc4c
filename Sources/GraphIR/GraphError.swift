/// Why a graph cannot be used: one clear line with the node's operator and name.
package struct GraphError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// An invariant of `Graph` does not hold.
        case invalidGraph
        /// Nodes depend on each other in a circle.
        case cyclicGraph
        /// An input's extent is neither in the graph nor given by the caller, or the two disagree.
        case inputShape
        /// Operands do not fit each other or the operator's attributes.
        case shapeMismatch
        /// An element type the operator cannot work on.
        case typeMismatch
        /// A shape or an axis depends on a value that is known only when the network runs.
        case dataDependentShape
        /// A value would have more elements than `ShapeInference.maximumElements`.
        case tooLarge
        /// An operand's value is outside what the operator allows.
        case invalidValue
        /// A QuantizeLinear or DequantizeLinear that is not a pair around a feature map nor behind a constant.
        case unsupportedQuantization
    }

    package var code: Code
    /// The operator or step that failed, for example `Conv`.
    package var operation: String
    /// Name of the node or value.
    package var subject: String
    package var reason: String

    package init(_ code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(operation) '\(subject.line(limit: 120))': \(reason.line(limit: 400))" }
}
