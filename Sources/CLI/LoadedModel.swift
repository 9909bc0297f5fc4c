import Engine
import GraphIR
import ONNXImport
import ObjectDetection
import Pipeline
import Tensors

/// A model compiled for fixed input shapes, detector or not.
struct LoadedModel {
    let name: String
    let compiled: CompiledModel

    /// - Parameters:
    ///   - reference: a catalogue name or a file.
    ///   - outputs: values to compute; nil for those of the description file, else of the model.
    ///   - passes: names of passes to leave out.
    ///   - shapes: shapes of inputs by name, needed where the graph leaves them open.
    init(
        _ reference: String, outputs: [String]? = nil, precision: PrecisionChoice?, withoutPasses passes: [String] = [],
        shapes: (Graph) throws -> [String: Shape]
    ) throws(CommandError) {
        let known = PassPipeline.optionalPassNames
        if let unknown = passes.first(where: { !known.contains($0) }) {
            let names = known.sorted().joined(separator: ", ")
            throw .usage("--without-pass '\(unknown)': no such pass; there are \(names)")
        }
        do {
            let model = try ModelStore().resolve(reference)
            name = model.name
            var graph = try ONNXImporter.load(path: model.path, outputs: outputs)
            let precision = try precision.resolved(for: graph, model: reference)
            let types = try PassPipeline.standard(excluding: Set(passes)).run(&graph, inputShapes: try shapes(graph))
            compiled = try CompiledModel(graph: graph, types: types, precision: precision)
        } catch {
            throw CommandError(error)
        }
    }

    /// Shapes for a run without data: a detector's input at the size that would be recognised.
    static func usualShapes(of graph: Graph) throws -> [String: Shape] {
        let isOpen = graph.inputs.contains { $0.dimensions.contains(nil) }
        guard isOpen else { return [:] }
        let input = try HeadRecognition.input(of: ModelInterface(modelName: graph.name, graph: graph))
        let declared = graph.inputs.first { $0.name == input.name }?.dimensions ?? []
        guard let axes = PictureAxes(declared) else { return [input.name: input.shape] }
        let sides = Array(input.shape.dimensions.suffix(2))
        let batch = declared.count == 4 ? [1] : []
        return [input.name: Shape(batch + (axes.areChannelsLast ? sides + [3] : [3] + sides))]
    }
}
