import Tensors

/// Removes nodes that return an operand unchanged: Identity, a Reshape or Expand to the same shape, a Cast to the same type,
/// a Slice of everything, an empty Pad, a Concat of one part, a Resize by one, transposes that cancel; x + 0, x * 1.
package struct RemoveNoOperations: GraphPass {
    package let name = "remove no-operations"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        mergeTransposes(in: &graph, types: types)
        let pattern = GraphPattern(graph, types: types)
        var forwarded: [Int: String] = [:]
        for (index, node) in graph.nodes.enumerated() {
            if let value = pattern.unchangedOperand(of: node) { forwarded[index] = value }
        }
        graph.forward(forwarded)
    }

    /// A transpose of a transpose reads the inner one's operand.
    private func mergeTransposes(in graph: inout Graph, types: [String: TensorType]) {
        var pattern = GraphPattern(graph, types: types)
        for (index, node) in graph.nodes.enumerated() {
            guard case .transpose(let outer) = node.operation,
                let before = pattern.producer(node.inputs[0]), case .transpose(let inner) = before.operation
            else { continue }
            graph.nodes[index].operation = .transpose(permutation: outer.map { inner[$0] })
            graph.nodes[index].inputs = before.inputs
            pattern.replace(graph.nodes[index], at: index)
        }
    }
}

extension GraphPattern {
    /// The operand that the node's only result equals, or nil.
    fileprivate func unchangedOperand(of node: Node) -> String? {
        guard node.outputs.count == 1, let operand = node.input(0), let result = types[node.outputs[0]] else {
            return nil
        }
        let keepsType = types[operand] == result
        switch node.operation {
        case .identity: return operand
        case .concat: return node.inputs.count == 1 ? operand : nil
        case .split: return keepsType ? operand : nil
        case .reshape, .flatten, .squeeze, .unsqueeze, .expand, .cast, .tile: return keepsType ? operand : nil
        case .pad: return keepsType && isZero(node.inputs[1]) ? operand : nil
        case .slice: return keepsType && hasPositiveSteps(node) ? operand : nil
        case .transpose(let permutation):
            return permutation == Array(0..<permutation.count) && !permutation.isEmpty ? operand : nil
        case .resize: return keepsType && scalesAreOne(node) ? operand : nil
        case .binary(let function): return unchangedOperand(of: node, function, result)
        default: return nil
        }
    }

    private func unchangedOperand(of node: Node, _ function: BinaryFunction, _ result: TensorType) -> String? {
        let neutral: Float
        switch function {
        case .add, .subtract: neutral = 0
        case .multiply, .divide, .power: neutral = 1
        default: return nil
        }
        if scalar(node.inputs[1]) == neutral, types[node.inputs[0]] == result { return node.inputs[0] }
        guard function == .add || function == .multiply, scalar(node.inputs[0]) == neutral,
            types[node.inputs[1]] == result
        else { return nil }
        return node.inputs[1]
    }

    private func isZero(_ value: String) -> Bool {
        graph.constants[value]?.integers?.allSatisfy { $0 == 0 } ?? false
    }

    /// Taking as many elements as there are, forwards, leaves them in place.
    private func hasPositiveSteps(_ node: Node) -> Bool {
        guard let steps = node.input(4) else { return true }
        return graph.constants[steps]?.integers?.allSatisfy { $0 > 0 } ?? false
    }

    private func scalesAreOne(_ node: Node) -> Bool {
        guard let scales = node.input(2), let values = graph.constants[scales]?.floats, !values.isEmpty else {
            return true
        }
        return values.allSatisfy { $0 == 1 } || node.input(3) != nil
    }
}
