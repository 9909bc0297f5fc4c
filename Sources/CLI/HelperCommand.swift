import ArgumentParser
import Logging
import Pipeline

/// `windhover helper`: the other end of a coordinator's pipes.
struct HelperCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "helper", abstract: "Look at files and join them for a coordinator; started by 'detect'.",
        shouldDisplay: false)

    func execute() -> Int32 {
        HelperMain.run(
            logger: Logger(label: "windhover.helper") { _ in ConsoleLogHandler(level: .warning, format: .text) })
    }
}
