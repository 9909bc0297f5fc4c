import ArgumentParser
import Foundation
import GraphIR
import Imaging
import ONNXImport
import ObjectDetection
import Pipeline
import Tensors

/// `windhover model info`.
struct ModelInfoCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what a model takes and gives, and how it would be used as a detector.",
        discussion: """
            What is recognised wrongly can be overridden in a .yaml file beside the model; see docs/model-description.md.
            """)

    @Argument(help: ArgumentHelp("A model's name or .onnx file.", valueName: "model"), completion: .modelReference)
    var model: String

    @Flag(help: "Print the description as JSON.")
    var json = false

    func execute() throws -> Int32 {
        if json {
            StandardOutput.write(line: JSONText.encode(try DescribedModel(model).description, pretty: true))
            return ExitStatus.complete
        }
        do {
            let described = try DescribedModel(model)
            print(described.graph, path: described.path, types: described.types)
            print(described)
        } catch {
            // A model that is no detector still has inputs and outputs to show; one that cannot be read has not.
            let resolved = try ModelStore().resolve(model)
            guard let graph = try? ONNXImporter.load(path: resolved.path) else { throw error }
            print(graph, path: resolved.path, types: [:])
            StandardOutput.write(line: "detector      no: \(error.message)")
        }
        return ExitStatus.complete
    }

    private func print(_ graph: Graph, path: String, types: [String: TensorType]) {
        let interface = ModelInterface(modelName: model, graph: graph)
        show("file", [path])
        show("inputs", interface.inputs.map(\.description))
        show(
            "outputs",
            graph.outputs.map { name in
                types[name].map {
                    TensorSignature(name: name, elementType: $0.elementType, shape: $0.shape).description
                }
                    ?? "'\(name)'"
            })
        let operators = Dictionary(grouping: graph.nodes, by: \.operation.name).mapValues(\.count)
        let order = operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        show("operators", ["\(graph.nodes.count): " + order.map { "\($0.key) \($0.value)" }.joined(separator: ", ")])
        let parameters = graph.constants.values.filter { $0.elementType == .float32 }.reduce(0) { $0 + $1.count }
        show("parameters", ["\((Double(parameters) / 1e6).formatted(.decimal(places: 2))) million"])
    }

    private func print(_ model: DescribedModel) {
        let description = model.description
        show("head", [description.head.rawValue])
        show("because", model.reasons)
        show(
            "input",
            [
                "\(description.inputSize) \(description.colourOrder.rawValue), \(description.resizeMode.rawValue), "
                    + "(pixel * \(description.scale) - \(description.mean)) / \(description.standardDeviation)"
            ])
        show("labels", ["\(description.labels.count): \(description.labels.joined(separator: ", "))"])
        show("described in", [model.written.descriptionPath, model.written.labelsPath].compactMap { $0 })
    }

    /// A field of one or more lines; nothing where there are none.
    private func show(_ field: String, _ lines: [String]) {
        for (index, line) in lines.enumerated() {
            let name = (index == 0 ? field : "").padding(toLength: 14, withPad: " ", startingAt: 0)
            StandardOutput.write(line: name + line)
        }
    }
}
