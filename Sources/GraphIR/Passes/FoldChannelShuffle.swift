import Tensors

/// Channel shuffles (Reshape, Transpose, Reshape, or Gather, as in ShuffleNet) → the weights of the convolutions behind.
///
/// What lies between is followed channel by channel: joined, shuffled, split and shuffled again. A convolution that reads the
/// outcome reads instead a concatenation of runs of channels of what other layers computed, as long as possible and in any
/// order, with its weights' input channels in that order. So channels that only pass through a layer are never moved for it.
/// A depthwise convolution takes the new order over to its result. Sums are taken in another order: results change in the
/// last bits.
///
/// Where something else needs a shuffled map too, the shuffle stays for all its readers.
package struct FoldChannelShuffle: GraphPass {
    package let name = "fold channel shuffle"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        // What is said of single channels would not follow them.
        guard graph.quantization.channelValues.isEmpty else { return }
        var folding = ShuffleFolding(GraphPattern(graph, types: types))
        graph.nodes = graph.nodes.flatMap { folding.rewritten($0, in: &graph) }
    }
}

/// The state of the pass on its way through the nodes.
private struct ShuffleFolding {
    private let pattern: GraphPattern
    private let orders: [String: [Int]]
    private var lists: ChannelLists
    private var assembly: ChannelAssembly

    init(_ pattern: GraphPattern) {
        self.pattern = pattern
        let absorbed = pattern.absorbedValues()
        orders = ChannelOrders(pattern, absorbed: absorbed).orders
        lists = ChannelLists(pattern, absorbed: absorbed)
        assembly = ChannelAssembly(pattern)
    }

    /// What stands in the place of `node`. It stays where its new form has another result, and else is dead.
    mutating func rewritten(_ node: Node, in graph: inout Graph) -> [Node] {
        lists.follow(node)
        var nodes = [node]
        if let list = node.input(0).flatMap({ lists.list(of: $0) }), list.isShuffled {
            if pattern.isChannelwise(node) {
                nodes += reordered(node, list, in: &graph)
            } else if let convolution = pattern.mixing(node) {
                nodes = reading(node, convolution, list, in: &graph) ?? nodes
            }
        }
        if let order = orders[node.outputs[0]] { nodes += producing(nodes[nodes.count - 1], order, in: &graph) }
        return nodes
    }

    /// `node` with its channels in the order that its input is best assembled in.
    private mutating func reordered(_ node: Node, _ list: ChannelList, in graph: inout Graph) -> [Node] {
        guard lists.admits(list.channels.count),
            let input = assembly.assemble(list.channels, base: node.name, in: &graph)
        else { return [] }
        let new = assembly.reordered(node, input, in: &graph)
        graph.carryQuantization(from: node.inputs[0], to: input.value)
        graph.carryQuantization(from: node.outputs[0], to: new.outputs[0])
        lists.define(node.outputs[0], input.restored(new.outputs[0]))
        return input.nodes + [new]
    }

    /// The convolution `node` of the channels wherever they are.
    private mutating func reading(
        _ node: Node, _ convolution: FoldableConvolution, _ list: ChannelList, in graph: inout Graph
    ) -> [Node]? {
        guard assembly.names.admits(convolution.weights.count),
            let input = assembly.assemble(list.channels, base: node.name, in: &graph)
        else { return nil }
        let folded = convolution.reading(input.order)
        graph.carryQuantization(from: node.inputs[0], to: input.value)
        let constants = folded.addConstants(base: node.name, to: &graph, names: &assembly.names)
        var reading = node
        reading.inputs = [input.value] + constants + node.inputs.dropFirst(3)
        return input.nodes + [reading]
    }

    /// The convolution `node` with its results in `order`.
    private mutating func producing(_ node: Node, _ order: [Int], in graph: inout Graph) -> [Node] {
        guard let convolution = GraphPattern(graph, types: pattern.types).convolution(node),
            assembly.names.admits(convolution.weights.count), lists.admits(order.count)
        else { return [] }
        let new = assembly.ordered(node, convolution.selecting(order), in: &graph)
        graph.carryQuantization(from: node.outputs[0], to: new.outputs[0])
        let map = ChannelAssembly.Map(value: new.outputs[0], nodes: [], order: order)
        lists.define(node.outputs[0], map.restored(new.outputs[0]))
        return [new]
    }
}
