import Engine
import Evaluation
import GraphIR
import Media
import ModelDefinition
import ONNXImport
import ObjectDetection
import Pipeline
import Tensors

/// Why a command ends without a result: one line for people, and the exit code.
struct CommandError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Names the option or file, the reason, and what to do.
    var message: String
    var exitStatus: Int32

    /// Something in the command line has to be changed.
    static func usage(_ message: String) -> CommandError {
        CommandError(message: message, exitStatus: ExitStatus.usage)
    }

    /// The command is right, but nothing came of it.
    static func failure(_ message: String) -> CommandError {
        CommandError(message: message, exitStatus: ExitStatus.nothingProcessed)
    }

    /// An error from below. Models and annotations that cannot be used count as wrong settings, videos and files as failures.
    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as PipelineError: self = Self(message: error.description, exitStatus: error.exitCode)
        case is ONNXImportError, is GraphError, is EngineError, is DetectionError, is ModelDefinitionError,
            is EvaluationError:
            self = .usage("\(error)")
        default: self = .failure("\(error)")
        }
    }

    private init(message: String, exitStatus: Int32) {
        self.message = message
        self.exitStatus = exitStatus
    }

    var description: String { message }
}
