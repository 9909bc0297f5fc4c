import ArgumentParser

/// `windhover model`.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Install, inspect, run, time, quantize and build models.",
        subcommands: [
            ModelListCommand.self, ModelPullCommand.self, ModelInfoCommand.self, ModelInspectCommand.self,
            ModelRunCommand.self, ModelBenchCommand.self, ModelQuantizeCommand.self, ModelBuildCommand.self,
            ModelLightenCommand.self,
        ])
}
