import Tensors

/// A batch normalization that no convolution took → Mul and Add of one number for each channel.
package struct SpellOutBatchNormalization: GraphPass {
    package let name = "spell out batch normalization"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        var names = NewNames(graph)
        var nodes: [Node] = []
        for node in graph.nodes {
            guard case .batchNormalization(let epsilon) = node.operation, let rank = types[node.inputs[0]]?.shape.rank,
                let map = ChannelMap(normalizing: node, epsilon: epsilon, in: graph), names.admits(2 * map.scale.count)
            else {
                nodes.append(node)
                continue
            }
            let shape = Shape([1, map.scale.count] + Array(repeating: 1, count: max(0, rank - 2)))
            let scale = names.name(
                of: Tensor(map.scale.map { Float($0) }, shape: shape), base: "\(node.name)/scale", in: &graph)
            let shift = names.name(
                of: Tensor(map.shift.map { Float($0) }, shape: shape), base: "\(node.name)/shift", in: &graph)
            let product = names.node("\(node.name)/scaled", .binary(.multiply), [node.inputs[0], scale])
            nodes.append(product)
            nodes.append(
                Node(
                    name: node.name, operation: .binary(.add), inputs: [product.outputs[0], shift],
                    outputs: node.outputs))
        }
        graph.nodes = nodes
    }
}
