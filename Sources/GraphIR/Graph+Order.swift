extension Graph {
    /// Puts nodes into an order in which operands come before their users, keeping the present order where it is valid.
    /// Operands that nothing produces are left to `validate()`.
    package mutating func sortTopologically() throws(GraphError) {
        var producers: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for output in node.outputs { producers[output] = index }
        }
        var ordering = DepthFirstOrdering(nodes: nodes, producers: producers)
        for index in nodes.indices { try ordering.place(index) }
        nodes = ordering.order.map { nodes[$0] }
    }
}

/// Depth-first walk from users to producers with its own stack, since graphs can be thousands of nodes deep.
private struct DepthFirstOrdering {
    private enum Mark { case new, open, placed }

    let nodes: [Node]
    let producers: [String: Int]
    private(set) var order: [Int] = []
    private var marks: [Mark]

    init(nodes: [Node], producers: [String: Int]) {
        self.nodes = nodes
        self.producers = producers
        marks = Array(repeating: .new, count: nodes.count)
    }

    mutating func place(_ root: Int) throws(GraphError) {
        guard marks[root] == .new else { return }
        marks[root] = .open
        var stack = [(node: root, nextOperand: 0)]
        while let (index, operand) = stack.last {
            guard operand < nodes[index].inputs.count else {
                marks[index] = .placed
                order.append(index)
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].nextOperand += 1
            guard let producer = producers[nodes[index].inputs[operand]] else { continue }
            switch marks[producer] {
            case .placed: continue
            case .new:
                marks[producer] = .open
                stack.append((producer, 0))
            case .open:
                throw GraphError(
                    .cyclicGraph, operation: nodes[index].operation.name, subject: nodes[index].name,
                    reason: "depends on its own result through '\(nodes[index].inputs[operand])'")
            }
        }
    }
}
