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

extension BlockingCommand {
    /// Prints a field of one or more lines; nothing where there are none.
    func show(_ field: String, _ lines: [String]) {
        for (index, line) in lines.enumerated() {
            StandardOutput.write(line: (index == 0 ? field : "").filled(to: 14) + line)
        }
    }
}
