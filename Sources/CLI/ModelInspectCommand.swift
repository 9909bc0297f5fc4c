import ArgumentParser
import Foundation
import GraphIR
import Imaging
import ONNXImport
import ObjectDetection
import Pipeline
import Tensors

/// `windhover model inspect`.
struct ModelInspectCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show how a model would be used as a detector, why, and what to write where that is wrong.",
        discussion: """
            Prints what was recognised, the reason of each decision, and a description file that says all of it. Write what is \
            wrong, corrected, into a .yaml file beside the model; see docs/model-description.md.
            """)

    @Argument(help: ArgumentHelp("A model's name or .onnx file.", valueName: "model"), completion: .modelReference)
    var model: String

    func execute() throws -> Int32 {
        do {
            let described = try DescribedModel(model)
            explain(described)
        } catch {
            let resolved = try ModelStore().resolve(model)
            guard let graph = try? ONNXImporter.load(path: resolved.path) else { throw error }
            advise(graph, beside: ModelDescription.path(besideModelAt: resolved.path))
            throw error
        }
        return ExitStatus.complete
    }

    private func explain(_ model: DescribedModel) {
        let description = model.description
        show(
            "recognised",
            ["a detector with the head '\(description.head.rawValue)', \(description.labels.count) classes"])
        show("because", model.reasons)
        show("input", [Self.input(description)])
        if description.head.isGrid || description.head == .yolox {
            show("strides", [description.strides.map(String.init).joined(separator: ", ")])
        }
        if description.head.hasAnchorSizes {
            show("anchors", zip(description.strides, description.anchorSizes).map { "stride \($0): \($1)" })
        }
        show("outputs", description.outputNames)
        show(
            "labels",
            [description.labels.prefix(8).joined(separator: ", ") + (description.labels.count > 8 ? ", …" : "")])
        let path = ModelDescription.path(besideModelAt: model.path)
        StandardOutput.write(line: "")
        StandardOutput.write(line: "# What is wrong can be written, corrected, into \(path):")
        for line in description.yaml.split(separator: "\n") { StandardOutput.write(line: String(line)) }
    }

    private static func input(_ description: ModelDescription) -> String {
        "'\(description.inputName)' of \(description.inputSize), channels \(description.colourOrder.rawValue), "
            + "\(description.resizeMode.rawValue), \(description.resampling.rawValue), "
            + "(pixel * \(description.scale) - \(description.mean)) / \(description.standardDeviation)"
    }

    /// What is known of a graph that is no known detector, and a description to fill in.
    private func advise(_ graph: Graph, beside path: String) {
        let interface = ModelInterface(modelName: model, graph: graph)
        let input = try? HeadRecognition.input(of: interface)
        let types = input.flatMap { input in
            var planar = graph
            planar.takePlanarPicture(input.name)
            return try? ShapeInference.infer(planar, inputShapes: [input.name: input.shape])
        }
        show("inputs", interface.inputs.map(\.description))
        show(
            "outputs",
            interface.with(types: types ?? [:], of: graph).outputs.map { output in
                let made = output.functions.isEmpty ? "" : ", made by \(output.functions.joined(separator: ", "))"
                return output.description + made
            })
        StandardOutput.write(line: "")
        for line in [
            "# Not recognised. Write what you know into \(path), for example:",
            "head: \(HeadKind.allCases.map(\.rawValue).joined(separator: " | "))",
            "outputs: [\(graph.outputs.joined(separator: ", "))]",
            "strides: [8, 16, 32]",
            "labels: labels.txt",
            "# colour-order, scale, mean, std, resize, anchors, bins, score-activation: see docs/model-description.md",
        ] { StandardOutput.write(line: line) }
    }
}
