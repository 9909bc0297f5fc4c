extension Graph {
    /// The nodes whose numbers the value `name` is put together from, in the order of its parts: what is left when reshaping,
    /// transposing, cutting and joining are taken away.
    package func sources(of name: String) -> [Node] {
        let index = GraphIndex(self)
        var (found, seen, pending) = ([Node](), Set([name]), [name])
        while let value = pending.popLast() {
            guard let position = index.producer(of: value) else { continue }
            let node = nodes[position]
            guard let parts = node.arranged else {
                found.append(node)
                continue
            }
            pending += parts.reversed().filter { seen.insert($0).inserted }
        }
        return found
    }
}

extension Node {
    /// The operands whose numbers the node moves about without changing them; nil where it computes.
    fileprivate var arranged: [String]? {
        switch operation {
        case .reshape, .flatten, .squeeze, .unsqueeze, .transpose, .identity, .slice, .split, .gather, .cast:
            Array(inputs.prefix(1))
        case .concat: inputs
        default: nil
        }
    }
}
