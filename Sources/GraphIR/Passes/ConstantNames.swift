import Tensors

/// Gives new constants unused names, in constant time each.
struct ConstantNames {
    private var used: Set<String>

    init(_ graph: Graph) {
        used = Set(graph.constants.keys).union(graph.inputs.map(\.name))
        for node in graph.nodes { used.formUnion(node.outputs) }
    }

    /// Adds `tensor` to the graph's constants under a new name made from `base`.
    mutating func name(of tensor: Tensor, base: String, in graph: inout Graph) -> String {
        var name = base
        var number = 2
        while !used.insert(name).inserted {
            name = "\(base)_\(number)"
            number += 1
        }
        graph.constants[name] = tensor
        return name
    }
}
