package import ArgumentParser
import Foundation
import Media
import Pipeline

/// The program: parses, dispatches, and returns the exit code.
package struct Windhover: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "windhover",
        abstract: "Finds and follows objects in folders of videos, on the processor alone.",
        discussion: """
            Give it videos; for each it writes an annotated video and, as JSON, what was seen in which frame, where, and \
            which is which. Nothing is ever computed twice: the same command continues a run that was stopped.

            EXAMPLES
              windhover model pull yolox-nano          Install a detector, once.
              windhover detect footage/ -o results     All videos in a folder.
              windhover sheet results/*/annotated.mp4 -o sheet.png
              windhover eval coco --model *.onnx --images val2017 --annotations instances_val2017.json

            EXIT CODES
              0    every input is complete
              3    finished, some inputs partial or failed
              4    nothing could be processed
              64   wrong usage or settings
              130  interrupted; the same command continues
            """,
        version: "\(ToolVersion.name) \(ToolVersion.current)",
        subcommands: [
            PlanCommand.self, DetectCommand.self, StatusCommand.self, TrackCommand.self, RenderCommand.self,
            ExportCommand.self,
            VerifyCommand.self, ModelCommand.self, EvalCommand.self, SheetCommand.self, DebugCommand.self,
            WorkerCommand.self, HelperCommand.self,
        ])

    package init() {}

    /// Runs the program with the arguments it was started with, and returns the exit code.
    @MainActor
    package static func main() async -> Int32 { await main(Array(PathText.arguments.dropFirst())) }

    /// Runs the program with `arguments` (without its name) and returns the exit code.
    ///
    /// Blocking commands keep the main thread, so that none of Swift's own threads is lost to them.
    @MainActor
    package static func main(_ arguments: [String]) async -> Int32 {
        do {
            let command = try parseAsRoot(arguments)
            try checkText(of: arguments, for: command)
            switch command {
            case let command as any BlockingCommand: return try command.execute()
            case let command as any AsynchronousCommand: return try await command.execute()
            default:
                // A command with subcommands, named without one of them: it shows its help.
                var command = command
                try command.run()
                return ExitStatus.complete
            }
        } catch {
            return report(error, arguments: arguments)
        }
    }

    /// Only videos may have names that are not UTF-8: whatever else is named is opened by libraries that want text.
    private static func checkText(of arguments: [String], for command: any ParsableCommand) throws(CommandError) {
        guard !(command is DetectCommand || command is DebugFramesCommand) else { return }
        for argument in arguments { try argument.checkIsText() }
    }

    /// Prints what ended the program early, help and version to standard output, errors as one line to standard error.
    private static func report(_ error: any Error, arguments: [String]) -> Int32 {
        let status = exitCode(for: error)
        if status.isSuccess {
            StandardOutput.write(line: fullMessage(for: error))
            return ExitStatus.complete
        }
        if status == .validationFailure {
            let help = (["windhover"] + path(of: arguments) + ["--help"]).joined(separator: " ")
            Console.standardError.write(line: "windhover: \(message(for: error)); see '\(help)'")
            return ExitStatus.usage
        }
        let error = CommandError(error)
        Console.standardError.write(line: "windhover: \(error.message)")
        return error.exitStatus
    }

    /// The names of the subcommands that `arguments` begin with.
    private static func path(of arguments: [String]) -> [String] {
        var commands = configuration.subcommands
        var path: [String] = []
        for argument in arguments {
            guard let command = commands.first(where: { $0._commandName == argument }) else { break }
            path.append(argument)
            commands = command.configuration.subcommands
        }
        return path
    }
}
