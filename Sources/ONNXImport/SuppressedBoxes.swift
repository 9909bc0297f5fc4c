import ProtobufSchemas
import Tensors

/// The boxes and scores that a model's own NonMaxSuppression reads.
package struct SuppressedBoxes: Sendable, Hashable {
    /// Values `[B, N, 4]` and `[B, C, N]`.
    package let boxes: String
    package let scores: String
    /// Whether boxes are centre x, centre y, width, height; else two corners.
    package let areCentres: Bool
    /// Overlap above which the weaker box goes; nil where the model computes it.
    package let overlap: Float?
}

extension SuppressedBoxes {
    /// What the only NonMaxSuppression that the outputs of `graph` depend on reads; nil where there is none, or several.
    init?(in graph: Onnx_GraphProto) throws(ModelFailure) {
        let (needed, _) = try ModelWiring(graph).needed(for: graph.output.map(\.name))
        let nodes = needed.map { graph.node[$0] }.filter { $0.opType == "NonMaxSuppression" }
        guard nodes.count == 1, nodes[0].input.count >= 2 else { return nil }
        let node = ImportedNode(nodes[0], name: nodes[0].name, opset: 11)
        boxes = try node.requiredInput(0)
        scores = try node.requiredInput(1)
        areCentres = try node.attributes.flag("center_point_box")
        overlap = node.input(3).flatMap { Self.scalar($0, in: graph) }
    }

    private static func scalar(_ name: String, in graph: Onnx_GraphProto) -> Float? {
        let decoding = TensorDecoding(externalData: ExternalData(folder: nil))
        let constant = graph.node.first { $0.opType == "Constant" && $0.output.first == name }
        let tensor =
            graph.initializer.first { $0.name == name } ?? constant.flatMap { NodeAttributes($0).tensor("value") }
        return tensor.flatMap { try? decoding.tensor($0).floats?.first }
    }
}
