import Tensors

/// Reshape to rows, softmax of the rows, reshape back → softmax of one axis, where the rows are one axis. That is how
/// operator sets before 13 come in.
package struct UnwrapSoftmax: GraphPass {
    package let name = "unwrap softmax"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            guard case .reshape = node.operation, let softmax = pattern.producer(node.inputs[0]),
                softmax.operation == .softmax(axis: 1), let rows = types[softmax.outputs[0]]?.shape, rows.rank == 2,
                let flattening = pattern.producer(softmax.inputs[0]), case .reshape = flattening.operation,
                types[flattening.inputs[0]] == types[node.outputs[0]], let shape = types[node.outputs[0]]?.shape,
                let axis = shape.axis(before: rows[0], of: rows[1])
            else { continue }
            graph.nodes[index].operation = .softmax(axis: axis)
            graph.nodes[index].inputs = [flattening.inputs[0]]
        }
    }
}

extension Shape {
    /// The axis of `extent` elements with `outer` elements before it and none behind.
    fileprivate func axis(before outer: Int, of extent: Int) -> Int? {
        var before = 1
        for (axis, dimension) in dimensions.enumerated() {
            if before == outer, dimension == extent, count == outer * extent { return axis }
            before *= dimension
        }
        return nil
    }
}
