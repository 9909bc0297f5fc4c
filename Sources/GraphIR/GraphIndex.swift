/// Who produces and who uses each value of a graph, for passes that look for patterns. A snapshot: edits of the graph
/// do not change it.
package struct GraphIndex: Sendable {
    private let producers: [String: Int]
    private let users: [String: [Int]]
    private let outputs: Set<String>

    package init(_ graph: Graph) {
        var producers: [String: Int] = [:]
        var users: [String: [Int]] = [:]
        for (index, node) in graph.nodes.enumerated() {
            for output in node.outputs { producers[output] = index }
            for input in node.inputs where !input.isEmpty { users[input, default: []].append(index) }
        }
        self.producers = producers
        self.users = users
        outputs = Set(graph.outputs)
    }

    /// The node whose result `value` is, or nil for an input or a constant.
    package func producer(of value: String) -> Int? { producers[value] }

    /// Nodes that take `value`, in graph order, once for each operand.
    package func users(of value: String) -> [Int] { users[value] ?? [] }

    package func isOutput(_ value: String) -> Bool { outputs.contains(value) }

    /// The only node that uses `value`, or nil where several do, none does, or the graph returns it.
    package func onlyUser(of value: String) -> Int? {
        guard !isOutput(value), let users = users[value], users.count == 1 else { return nil }
        return users[0]
    }
}
