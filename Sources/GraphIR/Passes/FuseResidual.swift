import Tensors

/// Moves an addition of an equally shaped value into the convolution before it, when nothing else reads the convolution's
/// result and no activation stands between the two.
package struct FuseResidual: GraphPass {
    package let name = "fuse residual"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let index = GraphIndex(graph)
        var removed: Set<Int> = []
        for position in graph.nodes.indices {
            let node = graph.nodes[position]
            guard node.operation == .binary(.add), types[node.inputs[0]] == types[node.inputs[1]],
                node.inputs[0] != node.inputs[1]
            else { continue }
            // Of two convolutions the later one takes the sum: the other result exists by then.
            let candidates = node.inputs.compactMap { index.producer(of: $0) }.sorted(by: >)
            for candidate in candidates where index.onlyUser(of: graph.nodes[candidate].outputs[0]) == position {
                guard case .convolution(var attributes) = graph.nodes[candidate].operation,
                    attributes.activation == nil, !attributes.hasResidual
                else { continue }
                attributes.hasResidual = true
                var fused = graph.nodes[candidate]
                let addend = node.inputs[0] == fused.outputs[0] ? node.inputs[1] : node.inputs[0]
                fused.operation = .convolution(attributes)
                fused.inputs = [fused.inputs[0], fused.inputs[1], fused.input(2) ?? "", addend]
                fused.outputs = node.outputs
                // In the sum's place, where the addend is there whichever came first.
                graph.nodes[position] = fused
                removed.insert(candidate)
                break
            }
        }
        graph.removeNodes(removed)
    }
}
