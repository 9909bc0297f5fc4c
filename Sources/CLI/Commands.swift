import ArgumentParser

/// A command that does its work on the thread it is called from.
protocol BlockingCommand: ParsableCommand {
    /// Does what the arguments ask for and returns the exit code.
    func execute() throws -> Int32
}

/// A command that waits for processes or the network.
protocol AsynchronousCommand: ParsableCommand {
    /// Does what the arguments ask for and returns the exit code.
    func execute() async throws -> Int32
}

/// Exit codes of the program.
enum ExitStatus {
    static let complete: Int32 = 0
    /// Finished, some inputs partial or failed.
    static let incomplete: Int32 = 3
    /// Nothing could be processed.
    static let nothingProcessed: Int32 = 4
    /// Wrong usage or settings.
    static let usage: Int32 = 64
    /// Interrupted; the same command continues.
    static let interrupted: Int32 = 130
}
