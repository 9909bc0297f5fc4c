import Tensors

/// Adds constants under unused names. Passes that make new weights ask first, because a small hostile file can let a
/// thousand layers share one large tensor.
struct ConstantNames {
    private var names: UniqueNames
    /// Elements that may still be added.
    private var remaining: Int

    init(_ graph: Graph) {
        var used = Set(graph.constants.keys).union(graph.inputs.map(\.name))
        for node in graph.nodes { used.formUnion(node.outputs) }
        names = UniqueNames(used: used)
        remaining = 2 * graph.constants.values.reduce(0) { $0 + $1.count } + 1 << 22
    }

    /// Whether a constant of `count` elements may still be added.
    func admits(_ count: Int) -> Bool { count <= remaining }

    /// Adds `tensor` to the graph's constants under a new name made from `base`.
    mutating func name(of tensor: Tensor, base: String, in graph: inout Graph) -> String {
        remaining -= tensor.count
        let name = names.claim(base)
        graph.constants[name] = tensor
        return name
    }
}
