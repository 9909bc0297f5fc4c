import ArgumentParser

/// `windhover eval`.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Score detectors against what people have annotated.",
        subcommands: [EvalCOCOCommand.self])
}
