import GraphIR
import ONNXImport
import ObjectDetection
import Pipeline
import Tensors

/// A model read from its file, and how to use it as a detector.
struct DescribedModel {
    let name: String
    let path: String
    /// As imported, not optimised; the picture is `[1, 3, height, width]`.
    let graph: Graph
    /// Types of all values of `graph`.
    let types: [String: TensorType]
    /// What lies beside the model.
    let written: WrittenDescription
    let description: ModelDescription
    /// Why the description is as it is, one sentence for each decision.
    let reasons: [String]

    /// Reads the model that `reference` names and recognises its head.
    ///
    /// Throws a usage error with one clear line where there is no such model or it is no detector.
    init(_ reference: String?, store: ModelStore = ModelStore()) throws(CommandError) {
        do {
            let model = try store.resolve(reference)
            (name, path) = (model.name, model.path)
            written = try WrittenDescription.beside(modelPath: path)
            let (imported, suppressed) =
                written.fields.readsSuppressed
                ? try ONNXImporter.loadBeforeSuppression(path: path)
                : (try ONNXImporter.load(path: path, outputs: written.fields.outputNames), nil)
            var graph = imported
            let outside = ModelInterface(modelName: name, graph: graph).with(suppressed)
            let input = try HeadRecognition.input(of: outside, file: written.fields)
            let interface = outside.normalised(in: graph, input: input.name)
            graph.takePlanarPicture(input.name)
            self.graph = graph
            types = try ShapeInference.infer(graph, inputShapes: [input.name: input.shape])
            // However activations are spelt; a graph that does not come through is looked at as it is.
            var named = graph
            let namedTypes = try? PassPipeline.recognition.run(&named, inputShapes: [input.name: input.shape])
            let result = try Self.recognise(
                interface.with(types: namedTypes ?? types, of: namedTypes == nil ? graph : named), written)
            (description, reasons) = (result.description, result.reasons)
        } catch {
            throw CommandError(error)
        }
    }

    private static func recognise(
        _ interface: ModelInterface, _ written: WrittenDescription
    ) throws(CommandError) -> HeadRecognition.Result {
        do {
            return try HeadRecognition.recognise(interface, file: written.fields)
        } catch {
            // Where the model can be used without the list, the list is what is wrong.
            guard let list = written.labelsPath, let count = written.fields.labels?.count else {
                throw CommandError(error)
            }
            var unlabelled = written.fields
            unlabelled.labels = nil
            guard let result = try? HeadRecognition.recognise(interface, file: unlabelled) else {
                throw CommandError(error)
            }
            let classes = result.description.labels.count
            throw .usage("\(list): it has \(count) labels, the model \(interface.modelName) has \(classes) classes")
        }
    }
}

extension ModelDescriptionFile {
    /// Whether outputs may be chosen before a NonMaxSuppression.
    fileprivate var readsSuppressed: Bool { outputNames == nil && (head ?? .suppressed) == .suppressed }
}
