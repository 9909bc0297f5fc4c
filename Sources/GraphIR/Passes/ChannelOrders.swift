import Tensors

/// Orders in which convolutions had better make their channels, so that each of the layers that read them through shuffles
/// finds its channels beside each other.
struct ChannelOrders {
    /// For a convolution's result, which of its channels comes where; only where that makes fewer runs.
    private(set) var orders: [String: [Int]] = [:]

    /// Positions of the nodes that take each channel of a map.
    private var readers: [String: [[Int]]] = [:]
    /// Channels that may still be noted: a small hostile file can name millions.
    private var remaining = 1 << 22

    init(_ pattern: GraphPattern, absorbed: Set<String>) {
        var lists = ChannelLists(pattern, absorbed: absorbed)
        for (position, node) in pattern.graph.nodes.enumerated() {
            lists.follow(node)
            guard let list = node.input(0).flatMap({ lists.list(of: $0) }), list.isShuffled else { continue }
            let isChannelwise = pattern.isChannelwise(node)
            guard isChannelwise || pattern.mixing(node) != nil, list.channels.count <= remaining else { continue }
            remaining -= list.channels.count
            for channel in list.channels { note(channel, reader: position, pattern) }
            if isChannelwise, let count = pattern.types[node.outputs[0]]?.shape[1] {
                var result = ChannelList(all: node.outputs[0], count: count)
                result.isShuffled = true
                lists.define(node.outputs[0], result)
            }
        }
        for (source, readers) in readers where absorbed.contains(source) {
            guard let node = pattern.producer(source), pattern.convolution(node)?.attributes.group == 1 else {
                continue
            }
            orders[source] = order(readers)
        }
    }

    private mutating func note(_ channel: ChannelList.Channel, reader: Int, _ pattern: GraphPattern) {
        let count = pattern.types[channel.source]?.shape[1] ?? 0
        readers[channel.source, default: Array(repeating: [], count: count)][channel.index].append(reader)
    }

    /// Channels with the same readers together; nil where they are already.
    private func order(_ readers: [[Int]]) -> [Int]? {
        let changes = zip(readers, readers.dropFirst()).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
        guard changes >= Set(readers).count else { return nil }
        return readers.indices.sorted {
            readers[$0] == readers[$1] ? $0 < $1 : readers[$0].lexicographicallyPrecedes(readers[$1])
        }
    }
}
