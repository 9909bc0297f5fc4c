import Engine
package import GraphIR
import Imaging
import ONNXImport
package import ObjectDetection
package import Tensors

/// A detector's graph after the standard passes, from which models are compiled.
package struct DetectorGraph {
    private let modelPath: String
    private let description: ModelDescription
    private let precision: Precision
    private let graph: Graph
    private let types: [String: TensorType]

    /// Reads the model at `modelPath`, which `description` describes.
    package init(
        modelPath: String, description: ModelDescription, precision: Precision
    ) throws(WorkerError) {
        var graph: Graph
        do {
            graph = try ONNXImporter.load(path: modelPath, outputs: description.outputNames)
        } catch {
            throw WorkerError(.model, operation: "use the model", subject: modelPath, reason: error.reason)
        }
        graph.takePlanarPicture(description.inputName)
        try self.init(graph, modelPath: modelPath, description: description, precision: precision)
    }

    /// Makes ready an imported graph that takes a planar picture and computes the values that `description` names, or more.
    package init(
        _ imported: Graph, modelPath: String, description: ModelDescription, precision: Precision
    ) throws(WorkerError) {
        let shape: Shape = [1, 3, description.inputSize.height, description.inputSize.width]
        var graph = imported
        graph.outputs = description.outputNames
        do {
            types = try PassPipeline.standard.run(&graph, inputShapes: [description.inputName: shape])
        } catch {
            throw WorkerError(.model, error, subject: modelPath)
        }
        self.graph = graph
        self.modelPath = modelPath
        self.description = description
        self.precision = precision
    }

    /// Why the first convolution cannot convert colours, a clause; nil where it can.
    package var foldingObstacle: String? {
        if precision == .int8 { return "it is computed in 8 bits" }
        return FoldColourConversion.obstacle(in: graph, types: types, input: description.inputName)
    }

    /// Compiles the model.
    ///
    /// - Parameters:
    ///   - floor: score from which rows can become detections: only those are computed, where the head allows that; nil for all.
    ///   - colours: the conversion to RGB that the first convolution is to do itself.
    func compile(floor: Float?, folding colours: ColourConversion? = nil) throws(WorkerError) -> CompiledModel {
        do {
            var (graph, types) = (graph, types)
            if let colours {
                let form = FoldedInputForm(description.inputForm, colours)
                let fold = FoldColourConversion(input: description.inputName, weights: form.weights)
                types = try PassPipeline([fold, RemoveDeadCode()]).run(&graph)
            }
            if let floor, let gate = description.rowGate(scoreFloor: floor),
                let head = split(&graph, types: &types, gate)
            {
                return try CompiledModel(
                    graph: graph, types: types, precision: precision, lazyHead: head, floor: gate.floor)
            }
            return try CompiledModel(graph: graph, types: types, precision: precision)
        } catch {
            throw WorkerError(.model, error, subject: modelPath)
        }
    }

    /// The lazy head of a graph whose rows `gate` bounds; nil where it has none.
    private func split(_ graph: inout Graph, types: inout [String: TensorType], _ gate: RowGate) -> LazyHead? {
        guard let anchors = description.rowAnchors else {
            return LazyHead.split(
                &graph, types: &types, output: description.outputNames[0], gateColumn: gate.columns.lowerBound)
        }
        return LazyHead.split(
            &graph, types: &types, outputs: description.rowOutputs, anchors: anchors, gate: gate.columns)
    }
}
