import ArgumentParser
import Logging
import Worker

/// `windhover worker`: the other end of a coordinator's pipes.
struct WorkerCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Serve frame batches to a coordinator; started by 'detect'.",
        shouldDisplay: false)

    func execute() -> Int32 {
        WorkerMain.run(
            logger: Logger(label: "windhover.worker") { _ in ConsoleLogHandler(level: .warning, format: .text) })
    }
}
