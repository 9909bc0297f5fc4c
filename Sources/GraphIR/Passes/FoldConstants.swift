import Tensors

/// Replaces what does not depend on the input's elements by constants: shape arithmetic (extents are bound by now), grids,
/// anchors, rearranged weights. What would cost too much memory or time stays; see `FoldingBudget`.
package struct FoldConstants: GraphPass {
    package let name = "fold constants"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) throws(GraphError) {
        var shapes: [String: Shape] = [:]
        for input in graph.inputs { shapes[input.name] = types[input.name]?.shape }
        let folded = try ShapeInference(graph, inputShapes: shapes, budget: .constants).folded
        graph.nodes.removeAll { node in node.outputs.allSatisfy { folded[$0] != nil } }
        var needed = Set(graph.outputs)
        for node in graph.nodes { needed.formUnion(node.inputs) }
        let produced = Set(graph.nodes.flatMap(\.outputs))
        for (name, value) in folded where needed.contains(name) && !produced.contains(name) {
            graph.constants[name] = value
        }
    }
}
