import Tensors

/// Removes nodes and constants that no output depends on.
package struct RemoveDeadCode: GraphPass {
    package let name = "remove dead code"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        var needed = Set(graph.outputs)
        var removed: Set<Int> = []
        for (index, node) in graph.nodes.enumerated().reversed() {
            if node.outputs.contains(where: { needed.contains($0) }) {
                needed.formUnion(node.inputs)
            } else {
                removed.insert(index)
            }
        }
        graph.removeNodes(removed)
        graph.constants = graph.constants.filter { needed.contains($0.key) }
    }
}
