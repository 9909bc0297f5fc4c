import Tensors

/// Moves an activation into the convolution before it, when nothing else reads the convolution's result.
package struct FuseActivation: GraphPass {
    package let name = "fuse activation"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let index = GraphIndex(graph)
        var removed: Set<Int> = []
        for position in graph.nodes.indices {
            guard case .convolution(var attributes) = graph.nodes[position].operation, attributes.activation == nil,
                attributes.residual != .afterActivation,
                let next = index.onlyUser(of: graph.nodes[position].outputs[0]),
                case .activation(let activation) = graph.nodes[next].operation
            else { continue }
            attributes.activation = activation
            graph.nodes[position].operation = .convolution(attributes)
            graph.nodes[position].outputs = graph.nodes[next].outputs
            removed.insert(next)
        }
        graph.removeNodes(removed)
    }
}
