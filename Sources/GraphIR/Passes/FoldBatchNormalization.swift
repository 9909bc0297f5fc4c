import Tensors

/// Folds per-channel factors and shifts into the weights of a convolution: a batch normalization, or Mul, Add, Sub, Div by
/// a constant, behind the convolution; or one before a convolution without padding (behind padding it would not be exact,
/// since the padding is not normalized).
package struct FoldBatchNormalization: GraphPass {
    package let name = "fold batch normalization"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        var names = ConstantNames(graph)
        // One sweep folds one node into each convolution.
        while foldOnce(in: &graph, types: types, names: &names) {}
    }

    private func foldOnce(
        in graph: inout Graph, types: [String: TensorType], names: inout ConstantNames
    ) -> Bool {
        let pattern = GraphPattern(graph, types: types)
        var removed: Set<Int> = []
        for index in graph.nodes.indices {
            guard !removed.contains(index), let folding = pattern.convolution(graph.nodes[index]) else { continue }
            let node = graph.nodes[index]
            if let next = pattern.index.onlyUser(of: node.outputs[0]), !removed.contains(next),
                let map = pattern.channelMap(graph.nodes[next], of: node.outputs[0])
            {
                install(folding.followed(by: map), at: index, in: &graph, names: &names)
                graph.nodes[index].outputs = graph.nodes[next].outputs
                removed.insert(next)
            } else if let before = pattern.index.producer(of: node.inputs[0]), !removed.contains(before),
                pattern.index.onlyUser(of: node.inputs[0]) == index, folding.attributes.padding == [0, 0, 0, 0],
                let (source, map) = pattern.channelMap(producing: node.inputs[0])
            {
                install(folding.preceded(by: map), at: index, in: &graph, names: &names)
                graph.nodes[index].inputs[0] = source
                removed.insert(before)
            }
        }
        graph.removeNodes(removed)
        return !removed.isEmpty
    }

    private func install(
        _ folded: FoldableConvolution, at index: Int, in graph: inout Graph, names: inout ConstantNames
    ) {
        let name = graph.nodes[index].name
        let weights = names.name(
            of: Tensor(folded.weights, shape: folded.shape), base: "\(name)/weights", in: &graph)
        let bias = names.name(of: Tensor(folded.bias, shape: [folded.shape[0]]), base: "\(name)/bias", in: &graph)
        graph.nodes[index].inputs = [graph.nodes[index].inputs[0], weights, bias]
    }
}

extension GraphPattern {
    /// The node as a convolution with constant weights and nothing fused behind it yet.
    fileprivate func convolution(_ node: Node) -> FoldableConvolution? {
        guard case .convolution(let attributes) = node.operation, attributes.activation == nil, !attributes.hasResidual,
            attributes.autoPadding == .explicit, let weights = graph.constants[node.inputs[1]],
            let values = weights.floats
        else { return nil }
        var bias = Array(repeating: Float(0), count: weights.shape[0])
        if let name = node.input(2) {
            guard let constant = graph.constants[name]?.floats else { return nil }
            bias = constant
        }
        return FoldableConvolution(attributes: attributes, shape: weights.shape, weights: values, bias: bias)
    }

    /// The per-channel map by which `value` is made from another value, and that value.
    fileprivate func channelMap(producing value: String) -> (source: String, map: ChannelMap)? {
        guard let node = producer(value) else { return nil }
        for source in node.inputs where graph.constants[source] == nil {
            if let map = channelMap(node, of: source) { return (source, map) }
        }
        return nil
    }
}
