import Tensors

/// Pow(x, 2) → x * x, which is the same number, correctly rounded, and needs no exponential.
package struct SquareByMultiplication: GraphPass {
    package let name = "square by multiplication"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        for (position, node) in graph.nodes.enumerated() {
            guard node.operation == .binary(.power), pattern.scalar(node.inputs[1]) == 2,
                types[node.inputs[0]] == types[node.outputs[0]], types[node.outputs[0]]?.elementType == .float32
            else { continue }
            graph.nodes[position].operation = .binary(.multiply)
            graph.nodes[position].inputs = [node.inputs[0], node.inputs[0]]
        }
    }
}
