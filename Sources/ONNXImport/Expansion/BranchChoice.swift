import GraphIR
import ProtobufSchemas
import Tensors

/// Finds out which branch of an If a model takes, where shapes and constants decide it.
struct BranchChoice {
    /// Sides that stand for those the model leaves open: a condition must come out the same for all of them.
    private static let openSides = [320, 640]
    /// Nodes that may be converted for conditions; far more than exporters have cause for.
    private var budget = 1 << 17
    private let model: Onnx_ModelProto
    private let folder: String?
    private var known: [String: Bool] = [:]

    init(_ model: Onnx_ModelProto, folder: String?) {
        var model = model
        model.graph.valueInfo = []
        self.model = model
        self.folder = folder
    }

    /// The condition of `node`, or nil where the picture decides it, or it takes too long to find out.
    mutating func condition(
        of node: Onnx_NodeProto, nodes: [Onnx_NodeProto], initializers: [Onnx_TensorProto]
    ) -> Bool? {
        guard let name = node.input.first, !name.isEmpty else { return nil }
        if let known = known[name] { return known }
        guard budget > 0 else { return nil }
        budget -= nodes.count + 256
        var model = model
        model.graph.node = nodes
        model.graph.initializer = initializers
        guard let graph = try? GraphConversion(model, folder: folder).graph(outputs: [name]) else { return nil }
        let values = Set(Self.openSides.map { Self.value(of: name, in: graph, openSide: $0) })
        guard values.count == 1, let value = values.first else { return nil }
        known[name] = value
        return value
    }

    private static func value(of name: String, in graph: Graph, openSide: Int) -> Bool? {
        let shapes = graph.inputs.map { input in
            let extents = input.dimensions.enumerated().map { $0.element ?? ($0.offset == 0 ? 1 : openSide) }
            return (input.name, Shape(extents))
        }
        let value = try? ShapeInference.value(
            of: name, in: graph, inputShapes: Dictionary(shapes, uniquingKeysWith: { first, _ in first }))
        guard let value, value.elementType == .bool, value.count == 1 else { return nil }
        return value.integers?.first == 1
    }
}
