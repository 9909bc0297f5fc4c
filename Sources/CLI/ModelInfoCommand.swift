import ArgumentParser
import Engine
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
            printEngine(described)
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
        let parameters = Double(graph.parameterCount)
        show(
            "parameters",
            [
                "\((parameters / 1e6).formatted(.decimal(places: 2))) million, "
                    + "\((parameters * 4 / 1e6).formatted(.decimal(places: 1))) MB in f32, "
                    + "\((parameters / 1e6).formatted(.decimal(places: 1))) MB in int8"
            ])
        if !types.isEmpty { show("multiply-adds", [Self.millions(graph.multiplyAdds(types: types))]) }
    }

    /// What the engine makes of the graph.
    private func printEngine(_ model: DescribedModel) {
        let input = Shape([1, 3, model.description.inputSize.height, model.description.inputSize.width])
        var graph = model.graph
        var effects: [PassEffect] = []
        let compiled: CompiledModel
        do {
            let types = try PassPipeline.standard.run(
                &graph, inputShapes: [model.description.inputName: input], observe: { effects.append($0) })
            compiled = try CompiledModel(graph: graph, types: types, precision: graph.isQuantized ? .int8 : .f32)
        } catch {
            return show("engine", ["cannot run it: \(error)"])
        }
        show("passes", effects.map(\.description))
        if graph.isQuantized {
            let (bytes, all) = (compiled.byteConvolutions, compiled.convolutions)
            show("quantized", ["\(bytes) of \(all) convolutions multiply bytes, the others floats"])
        }
        let kinds = Dictionary(grouping: compiled.steps, by: \.kind).mapValues(\.count)
        let order = kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        show("kernels", ["\(compiled.steps.count): " + order.map { "\($0.key) \($0.value)" }.joined(separator: ", ")])
        show(
            "memory",
            [
                "\(Self.megabytes(compiled.arenaCount)) MB for values, in one arena; "
                    + "\(Self.megabytes(compiled.constantCount)) MB packed weights"
            ])
    }

    private static func millions(_ count: Int) -> String {
        "\((Double(count) / 1e6).formatted(.decimal(places: 1))) million"
    }

    /// Size of `count` floats.
    private static func megabytes(_ count: Int) -> String {
        (Double(count) * 4 / 1e6).formatted(.decimal(places: 1))
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
}

extension PassEffect {
    /// One line: how many nodes and multiply-adds are left, where they changed.
    fileprivate var description: String {
        let nodes = before.nodes == after.nodes ? nil : "nodes \(before.nodes) → \(after.nodes)"
        let millions = [before, after].map { (Double($0.multiplyAdds) / 1e6).formatted(.decimal(places: 1)) }
        let work =
            before.multiplyAdds == after.multiplyAdds
            ? nil : "multiply-adds \(millions[0]) → \(millions[1]) million"
        return "\(pass): " + [nodes, work].compactMap { $0 }.joined(separator: ", ")
    }
}
