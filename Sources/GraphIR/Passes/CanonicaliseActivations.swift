import Tensors

/// Clip, Min and Max with constant bounds → clamp; clamps of clamps → one; clamp from zero up → Relu.
package struct CanonicaliseActivations: GraphPass {
    package let name = "canonicalise activations"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        var pattern = GraphPattern(graph, types: types)
        for index in graph.nodes.indices {
            guard let (operand, interval) = pattern.clamp(graph.nodes[index]) else { continue }
            var (source, bounds) = (operand, interval)
            if let inner = pattern.activation(operand), let innerBounds = inner.function.interval {
                (source, bounds) = (inner.operand, bounds.after(innerBounds))
            }
            graph.nodes[index].operation = .activation(bounds.activation)
            graph.nodes[index].inputs = [source]
            pattern.replace(graph.nodes[index], at: index)
        }
    }
}

/// What a clamp lets through.
private struct Interval {
    var minimum: Float
    var maximum: Float

    /// This clamp applied to the result of `inner`.
    func after(_ inner: Interval) -> Interval {
        func clamp(_ x: Float) -> Float { min(max(x, minimum), maximum) }
        return Interval(minimum: clamp(inner.minimum), maximum: clamp(inner.maximum))
    }

    var activation: Activation {
        minimum == 0 && maximum == .infinity ? .relu : .clamp(minimum: minimum, maximum: maximum)
    }
}

extension Activation {
    fileprivate var interval: Interval? {
        switch self {
        case .relu: Interval(minimum: 0, maximum: .infinity)
        case .clamp(let minimum, let maximum): Interval(minimum: minimum, maximum: maximum)
        default: nil
        }
    }
}

extension GraphPattern {
    /// The clamp of a float value by scalars that `node` is.
    fileprivate func clamp(_ node: Node) -> (operand: String, bounds: Interval)? {
        guard let result = types[node.outputs[0]], result.elementType == .float32 else { return nil }
        switch node.operation {
        case .clip:
            guard let low = bound(node.input(1), absent: -.infinity), let high = bound(node.input(2), absent: .infinity)
            else { return nil }
            return (node.inputs[0], Interval(minimum: min(low, high), maximum: high))
        case .binary(let function) where function == .minimum || function == .maximum:
            for (operand, limit) in [(0, 1), (1, 0)] {
                guard let value = scalar(node.inputs[limit]), types[node.inputs[operand]] == result else { continue }
                return (
                    node.inputs[operand],
                    function == .minimum
                        ? Interval(minimum: -.infinity, maximum: value) : Interval(minimum: value, maximum: .infinity)
                )
            }
            return nil
        case .activation(let function): return function.interval.map { (node.inputs[0], $0) }
        default: return nil
        }
    }

    private func bound(_ value: String?, absent: Float) -> Float? {
        guard let value else { return absent }
        return scalar(value)
    }
}
