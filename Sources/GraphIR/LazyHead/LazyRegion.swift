import Tensors

/// Finds the nodes that feed nothing but rows behind a gate, and how far around a demanded cell each is needed.
struct LazyRegion {
    private let index: GraphIndex
    private let graph: Graph
    private(set) var demands: [String: LazyHead.Demand] = [:]

    init(_ graph: Graph, table: RowTable, gates: [LazyHead.Gate]) {
        self.graph = graph
        index = GraphIndex(graph)
        let gateSources = Set(gates.map(\.source))
        var roots: [String: Int] = [:]
        for (number, level) in table.levels.enumerated() {
            for segment in level.segments where !gateSources.contains(segment.source) { roots[segment.source] = number }
        }
        for node in graph.nodes.reversed() {
            if let demand = demand(of: node, roots: roots) { demands[node.name] = demand }
        }
    }

    /// What is needed of the node's result, or nil where something needs all of it or its kernel cannot leave cells out.
    private func demand(of node: Node, roots: [String: Int]) -> LazyHead.Demand? {
        guard let result = node.outputs.first, node.outputs.count == 1, keepsCells(node) else { return nil }
        var demand = roots[result].map { LazyHead.Demand(level: $0, radius: 0) }
        if demand == nil, index.isOutput(result) { return nil }
        for position in index.users(of: result) {
            let user = graph.nodes[position]
            guard let needed = demands[user.name], demand == nil || demand?.level == needed.level else { return nil }
            let reach = needed.radius + Self.reach(of: user, into: result)
            demand = LazyHead.Demand(level: needed.level, radius: max(demand?.radius ?? 0, reach))
        }
        return demand
    }

    /// Whether the node is a convolution from cell to cell of the same place, 1×1 or depthwise.
    private func keepsCells(_ node: Node) -> Bool {
        guard case .convolution(let attributes) = node.operation, attributes.strides == [1, 1],
            attributes.dilations == [1, 1], attributes.kernel.count == 2, attributes.kernel.allSatisfy({ $0 % 2 == 1 })
        else { return false }
        let margin = attributes.kernel.map { $0 / 2 }
        guard attributes.padding == margin + margin else { return false }
        let weights = graph.constants[node.inputs[1]]?.shape ?? []
        let isDepthwise = weights.rank == 4 && weights[0] == attributes.group && weights[1] == 1
        return attributes.kernel == [1, 1] ? attributes.group == 1 : isDepthwise
    }

    /// How far around a cell the node reads `value`.
    private static func reach(of node: Node, into value: String) -> Int {
        guard case .convolution(let attributes) = node.operation, node.inputs[0] == value else { return 0 }
        return (attributes.kernel.max() ?? 1) / 2
    }
}
