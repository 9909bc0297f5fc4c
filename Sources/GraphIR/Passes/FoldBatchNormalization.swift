import Tensors

/// Folds per-channel factors and shifts into the weights of a convolution: a batch normalization, or Mul, Add, Sub, Div by
/// a constant, behind the convolution; or one before a convolution without padding (behind padding it would not be exact,
/// since the padding is not normalized).
package struct FoldBatchNormalization: GraphPass {
    package let name = "fold batch normalization"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        var names = NewNames(graph)
        var removed: Set<Int> = []
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            guard var convolution = pattern.convolution(node), convolution.attributes.activation == nil,
                names.admits(convolution.weights.count)
            else { continue }
            let before =
                convolution.attributes.padding == [0, 0, 0, 0]
                ? pattern.mapBefore(node.inputs[0], user: index, besides: removed) : nil
            let behind = pattern.mapBehind(node.outputs[0])
            if let before, let map = before.map { convolution = convolution.preceded(by: map) }
            if let behind, let map = behind.map { convolution = convolution.followed(by: map) }
            guard behind != nil || before != nil else { continue }
            install(convolution, at: index, in: &graph, names: &names)
            graph.nodes[index].inputs[0] = before?.value ?? node.inputs[0]
            graph.nodes[index].outputs[0] = behind?.value ?? node.outputs[0]
            removed.formUnion((before?.nodes ?? []) + (behind?.nodes ?? []))
        }
        graph.removeNodes(removed)
    }

    private func install(
        _ folded: FoldableConvolution, at index: Int, in graph: inout Graph, names: inout NewNames
    ) {
        let constants = folded.addConstants(base: graph.nodes[index].name, to: &graph, names: &names)
        graph.nodes[index].inputs = [graph.nodes[index].inputs[0]] + constants
    }
}

extension GraphPattern {
    /// The longest chain of per-channel maps from `value` on that nothing else reads, as one map.
    fileprivate func mapBehind(_ value: String) -> ChannelMapChain? {
        var chain = ChannelMapChain(value: value)
        while let next = index.onlyUser(of: chain.value), let map = channelMap(graph.nodes[next], of: chain.value) {
            chain.map = chain.map?.followed(by: map) ?? map
            chain.value = graph.nodes[next].outputs[0]
            chain.nodes.append(next)
        }
        return chain.map == nil ? nil : chain
    }

    /// The longest chain of per-channel maps that ends in `value`, read by node `user` only, as one map; nodes that an
    /// earlier convolution has taken are out of reach.
    fileprivate func mapBefore(_ value: String, user: Int, besides folded: Set<Int>) -> ChannelMapChain? {
        var chain = ChannelMapChain(value: value)
        while let node = index.producer(of: chain.value), !folded.contains(node),
            index.onlyUser(of: chain.value) == chain.nodes.last ?? user,
            let (source, map) = channelMap(producing: graph.nodes[node])
        {
            chain.map = chain.map.map { map.followed(by: $0) } ?? map
            chain.value = source
            chain.nodes.append(node)
        }
        return chain.map == nil ? nil : chain
    }

    /// The map that `node` is, and its operand.
    private func channelMap(producing node: Node) -> (source: String, map: ChannelMap)? {
        for source in node.inputs where graph.constants[source] == nil {
            if let map = channelMap(node, of: source) { return (source, map) }
        }
        return nil
    }
}

/// Nodes that together are one per-channel map.
private struct ChannelMapChain {
    /// nil while the chain is empty.
    var map: ChannelMap?
    /// The value at the far end, seen from the convolution.
    var value: String
    var nodes: [Int] = []
}
