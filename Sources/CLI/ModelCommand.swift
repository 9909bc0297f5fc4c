import ArgumentParser

/// `windhover model`.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Install, inspect, run and time models.",
        subcommands: [
            ModelListCommand.self, ModelPullCommand.self, ModelInfoCommand.self, ModelRunCommand.self,
            ModelBenchCommand.self,
        ])
}
