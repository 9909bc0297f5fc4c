/// Why a run could not be done at all. Troubles of single inputs are not errors: they are in `RunSummary`.
package struct PipelineError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// Options or the state of the run directory contradict the request.
        case settings
        /// The run directory cannot be used.
        case output
        /// The model cannot be used.
        case model
        /// Workers cannot be started.
        case workers
        /// A server does not give an input.
        case input
        /// A model cannot be fetched or installed.
        case download
    }

    package let code: Code
    /// What was being done, such as `open the run directory`.
    package let operation: String
    /// The path or option concerned.
    package let subject: String
    /// Cause and remedy, one line.
    package let reason: String

    package init(_ code: Code, operation: String, subject: String, reason: String) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    /// The exit code of the program: 64 for something to be changed in the command, 4 where nothing could be processed.
    package var exitCode: Int32 {
        switch code {
        case .settings, .model: 64
        case .output, .workers, .input, .download: 4
        }
    }

    package var description: String { "\(subject): cannot \(operation): \(reason)" }
}
