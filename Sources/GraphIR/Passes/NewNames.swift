import Tensors

/// Unused names for what passes add to a graph. Passes that make new weights ask first, because a small hostile file can
/// let a thousand layers share one large tensor.
struct NewNames {
    private var values: UniqueNames
    private var nodes: UniqueNames
    /// Elements that may still be added.
    private var remaining: Int

    init(_ graph: Graph) {
        var used = Set(graph.constants.keys).union(graph.inputs.map(\.name))
        for node in graph.nodes { used.formUnion(node.outputs) }
        values = UniqueNames(used: used)
        nodes = UniqueNames(used: Set(graph.nodes.map(\.name)))
        remaining = 2 * graph.constants.values.reduce(0) { $0 + $1.count } + 1 << 22
    }

    /// Whether a constant of `count` elements may still be added.
    func admits(_ count: Int) -> Bool { count <= remaining }

    /// Adds `tensor` to the graph's constants under a new name made from `base`.
    mutating func name(of tensor: Tensor, base: String, in graph: inout Graph) -> String {
        remaining -= tensor.count
        let name = values.claim(base)
        graph.constants[name] = tensor
        return name
    }

    /// A name for a result, made from `base`.
    mutating func value(_ base: String) -> String { values.claim(base) }

    /// A node with a new name and one new result, both made from `base`.
    mutating func node(_ base: String, _ operation: Operator, _ inputs: [String]) -> Node {
        Node(name: nodes.claim(base), operation: operation, inputs: inputs, outputs: [values.claim(base)])
    }

    /// A node with a new name made from `base` and the results `outputs`.
    mutating func node(_ base: String, _ operation: Operator, _ inputs: [String], _ outputs: [String]) -> Node {
        Node(name: nodes.claim(base), operation: operation, inputs: inputs, outputs: outputs)
    }
}
