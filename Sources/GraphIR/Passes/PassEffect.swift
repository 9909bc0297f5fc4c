/// How much a graph has to do.
package struct GraphCost: Sendable, Hashable {
    package let nodes: Int
    package let multiplyAdds: Int

    package init(_ graph: Graph, _ types: [String: TensorType]) {
        nodes = graph.nodes.count
        multiplyAdds = graph.multiplyAdds(types: types)
    }
}

/// What one pass did to a graph.
package struct PassEffect: Sendable, Hashable {
    package let pass: String
    package let before: GraphCost
    package let after: GraphCost
}
