import Tensors

extension GraphPattern {
    /// Values whose readers all do with their channels in any order.
    func absorbedValues() -> Set<String> {
        var absorbed: Set<String> = []
        for node in graph.nodes.reversed() {
            for value in node.outputs where !index.isOutput(value) {
                let readers = index.users(of: value).map { graph.nodes[$0] }
                if readers.allSatisfy({ absorbs($0, value, absorbed) }) { absorbed.insert(value) }
            }
        }
        return absorbed
    }

    private func absorbs(_ node: Node, _ value: String, _ absorbed: Set<String>) -> Bool {
        if mixing(node) != nil { return node.inputs[0] == value && node.input(3) != value }
        switch node.operation {
        case .concat(axis: 1), .reshape, .transpose, .gather, .split, .slice: break
        default: if !isChannelwise(node) { return false }
        }
        return node.outputs.allSatisfy(absorbed.contains)
    }

    /// The node as a convolution that sums over all channels of its input.
    func mixing(_ node: Node) -> FoldableConvolution? {
        convolutionWithAddend(node).flatMap { $0.attributes.group == 1 ? $0 : nil }
    }

    /// Whether the node makes every channel of a feature map from the same channel of another one.
    func isChannelwise(_ node: Node) -> Bool {
        switch node.operation {
        case .maxPool, .averagePool, .globalAveragePool, .activation: return types[node.inputs[0]]?.shape.rank == 4
        case .resize:
            let (from, to) = (types[node.inputs[0]]?.shape, types[node.outputs[0]]?.shape)
            return from?.rank == 4 && from?[1] == to?[1]
        case .convolution: return convolution(node)?.isDepthwise ?? false
        default: return false
        }
    }
}
