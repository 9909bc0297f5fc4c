/// Why a definition does not make a network: one line that names the file, the row and what to do.
package struct ModelDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The file is not a model definition.
        case malformed
        /// A row names a module that there is not.
        case unknownModule
        /// A row's arguments do not fit its module.
        case badArgument
        /// What a row reads does not fit its module, or does not exist.
        case badInput
        /// More layers, channels or parameters than a network can have.
        case tooLarge
        /// Trained tensors do not fit the network.
        case badWeights
    }

    package var code: Code
    /// The file, with the line where there is one: `model.yaml:12`.
    package var subject: String
    package var reason: String

    package init(_ code: Code, subject: String, reason: String) {
        self.code = code
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(subject): \(reason)" }
}
