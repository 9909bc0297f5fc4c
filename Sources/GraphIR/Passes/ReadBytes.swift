import Tensors

/// Makes inputs of bytes inputs of floats that hold the same numbers, where nothing computes with them before a Cast.
package struct ReadBytes: GraphPass {
    package let name = "read bytes"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let index = GraphIndex(graph)
        for position in graph.inputs.indices where graph.inputs[position].elementType == .uint8 {
            if Self.isOnlyCast(graph.inputs[position].name, graph, index) {
                graph.inputs[position].elementType = .float32
            }
        }
    }

    /// Whether every way from `value` leads through arrangement alone to a Cast to float32.
    private static func isOnlyCast(_ value: String, _ graph: Graph, _ index: GraphIndex) -> Bool {
        var (pending, seen) = ([value], Set([value]))
        while let name = pending.popLast() {
            guard !index.isOutput(name) else { return false }
            for position in index.users(of: name) {
                let node = graph.nodes[position]
                switch node.operation {
                case .cast(.float32): continue
                case .reshape, .flatten, .squeeze, .unsqueeze, .transpose, .slice, .split, .concat, .identity:
                    pending += node.outputs.filter { seen.insert($0).inserted }
                default: return false
                }
            }
        }
        return true
    }
}
