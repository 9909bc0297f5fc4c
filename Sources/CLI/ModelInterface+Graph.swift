import GraphIR
import ONNXImport
import ObjectDetection
import Tensors

extension ModelInterface {
    /// The outside of an imported graph; extents of outputs are not known yet.
    init(modelName: String, graph: Graph) {
        self.init(
            modelName: modelName,
            inputs: graph.inputs.map {
                TensorSignature(name: $0.name, elementType: $0.elementType, dimensions: $0.dimensions)
            },
            outputs: graph.outputs.map { TensorSignature(name: $0, elementType: nil, dimensions: []) },
            metadata: graph.metadata, operatorNames: Set(graph.nodes.map(\.operation.name)))
        isDepthwise = graph.nodes.contains { node in
            if case .convolution(let attributes) = node.operation { attributes.group > 1 } else { false }
        }
    }

    /// The same for outputs that a NonMaxSuppression reads.
    func with(_ suppressed: SuppressedBoxes?) -> ModelInterface {
        var interface = self
        interface.suppression = suppressed.map {
            SuppressionEvidence(
                boxes: $0.boxes, scores: $0.scores, areCentres: $0.areCentres, overlap: $0.overlap)
        }
        return interface
    }

    /// The same with the knowledge of whether the picture `input` of `graph` is normalised in the graph.
    func normalised(in graph: Graph, input: String) -> ModelInterface {
        var interface = self
        interface.normalisesInput = graph.normalisesLevels(of: input)
        return interface
    }

    /// The same with the operators of `graph` and the types of its outputs.
    func with(types: [String: TensorType], of graph: Graph) -> ModelInterface {
        var interface = self
        interface.operatorNames = Set(graph.nodes.map(\.operation.name))
        interface.outputs = graph.outputs.map { name in
            let type = types[name]
            return TensorSignature(
                name: name, elementType: type?.elementType, dimensions: type?.shape.dimensions.map { $0 } ?? [],
                functions: graph.sources(of: name).map(\.operation.name))
        }
        return interface
    }
}
