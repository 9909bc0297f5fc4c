import Tensors

/// Flatten, Squeeze, Unsqueeze and Reshape → Reshape to a constant shape without zeros or open dimensions; a Reshape of a
/// Reshape → one.
package struct UnifyReshapes: GraphPass {
    package let name = "unify reshapes"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        var targets = NewNames(graph)
        var sources: [String: String] = [:]
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            guard node.isReshape, let shape = types[node.outputs[0]]?.shape else { continue }
            let source = sources[node.inputs[0]] ?? node.inputs[0]
            sources[node.outputs[0]] = source
            let target = targets.name(
                of: .vector(shape.dimensions.map(Int64.init)), base: "\(node.name)/shape", in: &graph)
            graph.nodes[index].operation = .reshape(allowZero: true)
            graph.nodes[index].inputs = [source, target]
        }
    }
}

extension Node {
    fileprivate var isReshape: Bool {
        switch operation {
        case .reshape, .flatten, .squeeze, .unsqueeze: true
        default: false
        }
    }
}
