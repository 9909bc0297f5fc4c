import Tensors

/// A feature map `[1, C, H, W]` as channels of other feature maps.
struct ChannelList {
    struct Channel: Hashable {
        var source: String
        var index: Int
    }

    var channels: [Channel]
    /// Whether elements are moved on the way, beyond joining and cutting runs of channels.
    var isShuffled: Bool

    init(_ channels: [Channel], isShuffled: Bool) {
        self.channels = channels
        self.isShuffled = isShuffled
    }

    /// All of `source` in its own order.
    init(all source: String, count: Int) {
        self.init((0..<count).map { Channel(source: source, index: $0) }, isShuffled: false)
    }
}

/// What every feature map of a graph consists of, as far as joining, cutting and shuffling channels goes.
struct ChannelLists {
    private let pattern: GraphPattern
    /// Values whose readers do with their channels in any order. What makes others is not looked into.
    private let absorbed: Set<String>
    private var lists: [String: ChannelList] = [:]
    private var views: [String: Rearrangement] = [:]
    /// Channels that may still be listed: a small hostile file can name millions.
    private var remaining = 1 << 22

    init(_ pattern: GraphPattern, absorbed: Set<String>) {
        self.pattern = pattern
        self.absorbed = absorbed
    }

    /// The channels of `value`; its own where nothing is known of it. nil for what is no feature map.
    func list(of value: String) -> ChannelList? {
        if let list = lists[value] { return list }
        guard let shape = pattern.types[value]?.shape, shape.rank == 4, shape[0] == 1 else { return nil }
        return ChannelList(all: value, count: shape[1])
    }

    /// Says what `value` consists of, unless that is too much to remember.
    mutating func define(_ value: String, _ list: ChannelList) {
        guard admits(list.channels.count) else { return }
        remaining -= list.channels.count
        lists[value] = list
    }

    /// Whether a list of `count` channels may still be defined.
    func admits(_ count: Int) -> Bool { count <= remaining }

    /// Follows `node`, whose operands have been followed.
    mutating func follow(_ node: Node) {
        guard remaining > 0, node.outputs.allSatisfy(absorbed.contains) else { return }
        switch node.operation {
        case .concat(axis: 1):
            let parts = node.inputs.compactMap { list(of: $0) }
            guard parts.count == node.inputs.count, pattern.types[node.outputs[0]]?.shape.rank == 4 else { return }
            let isShuffled = parts.contains(where: \.isShuffled)
            define(node.outputs[0], ChannelList(parts.flatMap(\.channels), isShuffled: isShuffled))
        case .gather(axis: 1): if !choose(node) { rearrange(node) }
        case .reshape, .transpose, .gather, .split, .slice: rearrange(node)
        default: break
        }
    }

    /// A Gather of any channels of a feature map.
    private mutating func choose(_ node: Node) -> Bool {
        guard views[node.inputs[0]] == nil, let list = list(of: node.inputs[0]),
            let indices = pattern.graph.constants[node.inputs[1]], indices.shape.rank == 1,
            let chosen = indices.integers?.map({ Int($0 < 0 ? $0 &+ Int64(list.channels.count) : $0) }),
            chosen.allSatisfy(list.channels.indices.contains)
        else { return false }
        define(node.outputs[0], ChannelList(chosen.map { list.channels[$0] }, isShuffled: true))
        return true
    }

    private mutating func rearrange(_ node: Node) {
        guard let shape = pattern.types[node.inputs[0]]?.shape, shape.count > 0 else { return }
        let operand = views[node.inputs[0]] ?? Rearrangement(node.inputs[0], shape: shape)
        for (value, view) in zip(node.outputs, pattern.rearrangements(by: node, of: operand)) {
            guard let view else { continue }
            if let list = channels(of: view, as: value, by: node) { define(value, list) } else { views[value] = view }
        }
    }

    private func channels(of view: Rearrangement, as value: String, by node: Node) -> ChannelList? {
        guard let from = pattern.types[view.source]?.shape, let to = pattern.types[value]?.shape, from.rank == 4,
            to.rank == 4, from[2] == to[2], from[3] == to[3], let source = list(of: view.source),
            let order = view.channels(planes: from[2] * from[3])
        else { return nil }
        // One cut is a view or a copy of runs; anything else goes through the row-major form.
        var isCut = false
        if case .split = node.operation { isCut = true }
        if case .slice = node.operation { isCut = order == Array(order[0]..<order[0] + order.count) }
        return ChannelList(order.map { source.channels[$0] }, isShuffled: source.isShuffled || !isCut)
    }
}
