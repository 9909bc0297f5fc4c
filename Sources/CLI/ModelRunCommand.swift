import ArgumentParser
import Engine
import Foundation
import GraphIR
import Tensors

/// `windhover model run`.
struct ModelRunCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Feed a model one tensor and write every output, to compare with other runtimes.",
        discussion: """
            Tensors are NumPy's .npy files. Each output becomes OUTPUT_NAME.npy in the folder, with _ for each / in its name.

            EXAMPLE
              windhover model run yolox-nano --input picture.npy -o outputs
            """)

    @Argument(help: ArgumentHelp("A model's name or .onnx file.", valueName: "model"), completion: .modelReference)
    var model: String

    @Option(help: ArgumentHelp("The input tensor, float32.", valueName: "file"), completion: .file(extensions: ["npy"]))
    var input: String

    @Option(
        name: [.short, .long], help: ArgumentHelp("Folder for the outputs.", valueName: "folder"),
        completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Threads.", valueName: "n"))
    var threads = 1

    @Option(help: PrecisionChoice.help)
    var precision: PrecisionChoice?

    @Option(
        name: .customLong("only"),
        help: ArgumentHelp("Compute this value only, also one inside the graph; may be repeated.", valueName: "name"))
    var only: [String] = []

    @Option(
        name: .customLong("without-pass"),
        help: ArgumentHelp("Leave a graph pass out, to see what it is worth; may be repeated.", valueName: "name"))
    var withoutPasses: [String] = []

    func execute() throws -> Int32 {
        guard (1...256).contains(threads) else {
            throw CommandError.usage("--threads \(threads) is out of range; give 1 to 256")
        }
        do {
            let tensor = try NumPyFile.read(path: input)
            let loaded = try LoadedModel(
                model, outputs: only.isEmpty ? nil : only, precision: precision, withoutPasses: withoutPasses
            ) {
                graph in
                guard graph.inputs.count == 1, let port = graph.inputs.first else {
                    throw CommandError.usage(
                        "\(model): it has \(graph.inputs.count) inputs; only models with one can be run")
                }
                return [port.name: tensor.shape]
            }
            let session = InferenceSession(model: loaded.compiled, threads: threads)
            let inputs = loaded.compiled.inputs.map { ($0.name, tensor) }
            try write(try session.run(Dictionary(uniqueKeysWithValues: inputs)))
        } catch {
            throw CommandError(error)
        }
        return ExitStatus.complete
    }

    private func write(_ outputs: [String: Tensor]) throws {
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw CommandError.failure("\(output): cannot make this folder: \(error.localizedDescription)")
        }
        for (name, tensor) in outputs {
            let file = name.replacing("/", with: "_") + ".npy"
            try NumPyFile.write(tensor, to: (output as NSString).appendingPathComponent(file))
        }
    }
}
