import Tensors

/// Moves an addition of an equally shaped value into the convolution before it, on whichever side of its activation the sum
/// stands, when nothing else reads the convolution's result.
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
            let producers = node.inputs.compactMap { index.producer(of: $0) }
            let candidates = producers.filter { index.onlyUser(of: graph.nodes[$0].outputs[0]) == position }
            guard let candidate = candidates.min(by: { graph.rank($0) < graph.rank($1) }),
                let fused = graph.nodes[candidate].adding(node)
            else { continue }
            // In the sum's place, where the addend is there whichever came first.
            graph.nodes[position] = fused
            removed.insert(candidate)
        }
        graph.removeNodes(removed)
    }
}

extension Graph {
    /// Smaller for the better of two convolutions to take a sum: one without activation can also take the activation behind
    /// the sum; else the later one. Other nodes come last.
    fileprivate func rank(_ position: Int) -> (Int, Int) {
        guard case .convolution(let attributes) = nodes[position].operation, attributes.residual == .none else {
            return (2, 0)
        }
        return (attributes.activation == nil ? 0 : 1, -position)
    }
}

extension Node {
    /// This convolution and `sum`, which reads its result, as one node; nil where this is none or has an addend.
    fileprivate func adding(_ sum: Node) -> Node? {
        guard case .convolution(var attributes) = operation, attributes.residual == .none else { return nil }
        attributes.residual = attributes.activation == nil ? .beforeActivation : .afterActivation
        let addend = sum.inputs[0] == outputs[0] ? sum.inputs[1] : sum.inputs[0]
        return Node(
            name: name, operation: .convolution(attributes), inputs: [inputs[0], inputs[1], input(2) ?? "", addend],
            outputs: sum.outputs)
    }
}
