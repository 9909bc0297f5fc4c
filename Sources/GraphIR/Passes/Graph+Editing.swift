import Tensors

extension Graph {
    mutating func removeNodes(_ indices: Set<Int>) {
        guard !indices.isEmpty else { return }
        nodes = nodes.enumerated().filter { !indices.contains($0.offset) }.map(\.element)
    }

    /// Removes nodes whose only result equals a value that exists already: `forwarded[node]` is that value's name.
    ///
    /// An output keeps its name: its producer takes the name over, or where that is impossible (an input, a constant or
    /// another output is returned) an identity stays.
    mutating func forward(_ forwarded: [Int: String]) {
        guard !forwarded.isEmpty else { return }
        var renaming = Renaming()
        let outputNames = Set(outputs)
        let results = Set(nodes.flatMap(\.outputs))
        var removed: Set<Int> = []
        for index in forwarded.keys.sorted() {
            guard let value = forwarded[index] else { continue }
            let (source, result) = (renaming.current(value), nodes[index].outputs[0])
            if !outputNames.contains(result) {
                renaming.rename(result, to: source)
            } else if results.contains(source), !outputNames.contains(source) {
                renaming.rename(source, to: result)
            } else {
                nodes[index] = Node(
                    name: nodes[index].name, operation: .identity, inputs: [source], outputs: [result])
                continue
            }
            removed.insert(index)
        }
        removeNodes(removed)
        for (old, new) in renaming.names { carryQuantization(from: old, to: renaming.current(new)) }
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { renaming.current($0) }
            nodes[index].outputs = nodes[index].outputs.map { renaming.current($0) }
        }
    }
}

/// Old value names → new ones, followed through chains.
private struct Renaming {
    private(set) var names: [String: String] = [:]

    mutating func rename(_ old: String, to new: String) { names[old] = new }

    func current(_ name: String) -> String {
        var name = name
        while let next = names[name] { name = next }
        return name
    }
}
