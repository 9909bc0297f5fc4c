import Tensors

/// Makes feature maps of given channels from runs of others.
struct ChannelAssembly {
    /// A map, the nodes that make it, and which of the wanted channels each of its channels is.
    struct Map {
        var value: String
        var nodes: [Node]
        var order: [Int]

        /// The wanted channels in terms of `value`, which has its channels in this map's order.
        func restored(_ value: String) -> ChannelList {
            var list = ChannelList(all: value, count: order.count)
            for (position, wanted) in order.enumerated() { list.channels[wanted].index = position }
            list.isShuffled = true
            return list
        }
    }

    private struct Run: Hashable {
        var source: String
        var channels: Range<Int>
    }

    private let pattern: GraphPattern
    var names: NewNames
    private var cuts: [Run: String] = [:]
    private var joined: [[Run]: String] = [:]
    /// Channels of maps that are in no list of types because they are new.
    private var widths: [String: Int] = [:]

    init(_ pattern: GraphPattern) {
        self.pattern = pattern
        names = NewNames(pattern.graph)
    }

    /// Channels to a run, on average, below which copying runs costs more than a shuffle.
    private static let shortestRun = 4

    /// A map of `channels` in the order that makes the longest runs; nil where they are too short. Whole maps come first:
    /// they can be written in place.
    mutating func assemble(_ channels: [ChannelList.Channel], base: String, in graph: inout Graph) -> Map? {
        let ranks = ranks(channels)
        let order = channels.indices.sorted {
            (ranks[channels[$0].source] ?? 0, channels[$0].index, $0)
                < (ranks[channels[$1].source] ?? 0, channels[$1].index, $1)
        }
        let runs = runs(order.map { channels[$0] })
        guard runs.count == 1 || runs.count * Self.shortestRun <= channels.count else { return nil }
        var nodes: [Node] = []
        if let value = joined[runs] { return Map(value: value, nodes: [], order: order) }
        let parts = runs.map { cut($0, base: base, in: &graph, nodes: &nodes) }
        var value = parts[0]
        if parts.count > 1 {
            nodes.append(names.node(base + "/channels", .concat(axis: 1), parts))
            value = nodes[nodes.count - 1].outputs[0]
        }
        joined[runs] = value
        return Map(value: value, nodes: nodes, order: order)
    }

    /// `node`, which works on every channel alone, reading `map`: with a new result in the map's order.
    mutating func reordered(_ node: Node, _ map: Map, in graph: inout Graph) -> Node {
        var inputs = [map.value] + node.inputs.dropFirst()
        if let convolution = pattern.convolution(node)?.selecting(map.order) {
            inputs = [map.value] + convolution.addConstants(base: node.name, to: &graph, names: &names)
        }
        return new(node, inputs)
    }

    /// The convolution `node` as `convolution`, which has its results in another order.
    mutating func ordered(_ node: Node, _ convolution: FoldableConvolution, in graph: inout Graph) -> Node {
        new(node, [node.inputs[0]] + convolution.addConstants(base: node.name, to: &graph, names: &names))
    }

    /// `node` with a result of another name but as many channels.
    private mutating func new(_ node: Node, _ inputs: [String]) -> Node {
        let result = names.node(node.name + "/reordered", node.operation, inputs)
        widths[result.outputs[0]] = pattern.types[node.outputs[0]]?.shape[1]
        return result
    }

    /// Sources in the order to take them: first those taken as a whole, then as they appear.
    private func ranks(_ channels: [ChannelList.Channel]) -> [String: Int] {
        let taken = Dictionary(channels.map { ($0.source, 1) }, uniquingKeysWith: +)
        var ranks: [String: Int] = [:]
        for whole in [true, false] {
            for channel in channels where ranks[channel.source] == nil && isWhole(channel.source, taken) == whole {
                ranks[channel.source] = ranks.count
            }
        }
        return ranks
    }

    private func isWhole(_ source: String, _ taken: [String: Int]) -> Bool { width(source) == taken[source] }

    private func runs(_ channels: [ChannelList.Channel]) -> [Run] {
        var runs: [Run] = []
        for channel in channels {
            if let last = runs.last, last.source == channel.source, last.channels.upperBound == channel.index {
                runs[runs.count - 1].channels = last.channels.lowerBound..<channel.index + 1
            } else {
                runs.append(Run(source: channel.source, channels: channel.index..<channel.index + 1))
            }
        }
        return runs
    }

    private mutating func cut(_ run: Run, base: String, in graph: inout Graph, nodes: inout [Node]) -> String {
        if let value = cuts[run] { return value }
        guard run.channels != 0..<width(run.source) else { return run.source }
        let bounds = [run.channels.lowerBound, run.channels.upperBound, 1].map { bound in
            names.name(of: .vector([Int64(bound)]), base: base + "/bound", in: &graph)
        }
        let node = names.node(base + "/run", .slice, [run.source] + bounds)
        nodes.append(node)
        cuts[run] = node.outputs[0]
        graph.carryQuantization(from: run.source, to: node.outputs[0])
        return node.outputs[0]
    }

    private func width(_ source: String) -> Int { widths[source] ?? pattern.types[source]?.shape[1] ?? 0 }
}
