import Tensors

/// Moves an activation before the Reshape and Transpose nodes that stand between it and a convolution, so that the
/// convolution can take it. Element by element it is the same.
package struct HoistActivation: GraphPass {
    package let name = "hoist activation"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        var names = NewNames(graph)
        var forwarded: [Int: String] = [:]
        var inserted: [Int: Node] = [:]
        for (position, node) in graph.nodes.enumerated() {
            guard case .activation = node.operation, let start = pattern.rearrangement(endingIn: node.inputs[0]) else {
                continue
            }
            let early = names.node(node.name, node.operation, [graph.nodes[start].inputs[0]])
            graph.nodes[start].inputs[0] = early.outputs[0]
            inserted[start] = early
            forwarded[position] = node.inputs[0]
        }
        graph.forward(forwarded, inserting: inserted)
    }
}

extension Graph {
    /// As `forward(_:)`, with new nodes before those at some positions.
    fileprivate mutating func forward(_ forwarded: [Int: String], inserting inserted: [Int: Node]) {
        var nodes: [Node] = []
        var moved: [Int: String] = [:]
        for (position, node) in self.nodes.enumerated() {
            if let new = inserted[position] { nodes.append(new) }
            moved[nodes.count] = forwarded[position]
            nodes.append(node)
        }
        self.nodes = nodes
        forward(moved)
    }
}

extension GraphPattern {
    /// The first of the nodes that rearrange a convolution's result into `value`, all of them read by the next one only; nil
    /// where there is none or the convolution has an activation.
    fileprivate func rearrangement(endingIn value: String) -> Int? {
        guard index.onlyUser(of: value) != nil, let last = index.producer(of: value) else { return nil }
        var position = last
        while graph.nodes[position].isRearrangement {
            let operand = graph.nodes[position].inputs[0]
            guard index.onlyUser(of: operand) != nil, let before = index.producer(of: operand) else { return nil }
            if case .convolution(let attributes) = graph.nodes[before].operation {
                let isFree = attributes.activation == nil && attributes.residual != .afterActivation
                return isFree ? position : nil
            }
            position = before
        }
        return nil
    }
}

extension Node {
    fileprivate var isRearrangement: Bool {
        switch operation {
        case .reshape, .transpose: true
        default: false
        }
    }
}
