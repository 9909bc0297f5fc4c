import Tensors

/// Reads a graph backwards from a detector's output to the convolutions that it is made of.
struct RowTracer {
    private let graph: Graph
    private let types: [String: TensorType]
    private let index: GraphIndex
    private var known: [String: TracedValue] = [:]

    init(_ graph: Graph, types: [String: TensorType]) {
        self.graph = graph
        self.types = types
        index = GraphIndex(graph)
    }

    /// The meaning of `name`, or nil where it is not made of convolutions by arrangement and element-by-element functions
    /// with constants.
    mutating func trace(_ name: String) -> TracedValue? {
        if let value = known[name] { return value }
        guard let position = index.producer(of: name) else { return nil }
        let value = trace(graph.nodes[position], name)
        known[name] = value
        return value
    }

    private mutating func trace(_ node: Node, _ name: String) -> TracedValue? {
        switch node.operation {
        case .convolution: return source(name)
        case .activation(let activation): return trace(node.inputs[0])?.activated(activation)
        case .binary(let function): return binary(node, function)
        case .reshape, .flatten, .squeeze, .unsqueeze, .identity: return reshape(node, name)
        case .transpose(let permutation):
            guard var value = trace(node.inputs[0]), permutation.count == value.dimensions.count else { return nil }
            value.dimensions = permutation.map { value.dimensions[$0] }
            return value
        case .concat(let axis):
            var values: [TracedValue] = []
            for input in node.inputs {
                guard let value = trace(input) else { return nil }
                values.append(value)
            }
            guard let rank = values.first?.dimensions.count else { return nil }
            return TracedValue.joined(values, axis: axis < 0 ? axis + rank : axis)
        case .split(let axis): return split(node, axis: axis, name)
        case .slice: return slice(node)
        default: return nil
        }
    }

    private func source(_ name: String) -> TracedValue? {
        guard let shape = types[name]?.shape, shape.rank == 4, shape[0] == 1 else { return nil }
        return TracedValue(source: name, channels: shape[1], height: shape[2], width: shape[3])
    }

    private mutating func reshape(_ node: Node, _ name: String) -> TracedValue? {
        guard let value = trace(node.inputs[0]), let from = types[node.inputs[0]]?.shape,
            let to = types[name]?.shape
        else { return nil }
        return from == to ? value : value.reshaped(to.dimensions)
    }

    private mutating func split(_ node: Node, axis: Int, _ name: String) -> TracedValue? {
        guard let value = trace(node.inputs[0]) else { return nil }
        let axis = axis < 0 ? axis + value.dimensions.count : axis
        var start = 0
        for output in node.outputs {
            guard let count = types[output]?.shape[axis] else { return nil }
            if output == name { return value.columns(start..<start + count, axis: axis) }
            start += count
        }
        return nil
    }

    /// A slice of columns; other slices are not followed.
    private mutating func slice(_ node: Node) -> TracedValue? {
        guard let value = trace(node.inputs[0]), let from = types[node.inputs[0]]?.shape,
            let to = types[node.outputs[0]]?.shape, let starts = graph.constants[node.inputs[1]]?.integers
        else { return nil }
        let axes = node.inputs.count > 3 ? graph.constants[node.inputs[3]]?.integers : nil
        let steps = node.inputs.count > 4 ? graph.constants[node.inputs[4]]?.integers : nil
        guard (steps ?? []).allSatisfy({ $0 == 1 }) else { return nil }
        var result: TracedValue? = value
        for (position, start) in starts.enumerated() {
            let given = axes.map { Int($0[position]) } ?? position
            let axis = given < 0 ? given + from.rank : given
            guard from[axis] != to[axis] else { continue }
            let first = min(max(Int(clamping: start < 0 ? start + Int64(from[axis]) : start), 0), from[axis])
            result = result?.columns(first..<first + to[axis], axis: axis)
        }
        return result
    }

    private mutating func binary(_ node: Node, _ function: BinaryFunction) -> TracedValue? {
        let (left, right) = (node.inputs[0], node.inputs[1])
        if left == right, function == .multiply {
            return trace(left)?.applying(CellFunction(kind: .square, constants: [])) { _ in CellFunction.Strides() }
        }
        // What comparisons make is no number of a box.
        guard ![.equal, .greater, .less, .modulo].contains(function) else { return nil }
        let constantFirst = graph.constants[left] != nil
        guard let constant = graph.constants[constantFirst ? left : right], let values = constant.floats,
            let value = trace(constantFirst ? right : left), let shape = types[node.outputs[0]]?.shape,
            shape == types[constantFirst ? right : left]?.shape
        else { return nil }
        let kind = CellFunction.Kind.binary(function, constantFirst: constantFirst)
        let dimensions = value.dimensions
        return value.applying(CellFunction(kind: kind, constants: values)) { part in
            constant.shape.cellStrides(dimensions, part, isOnly: value.parts.count == 1)
        }
    }
}

extension TracedValue {
    /// Every element put through `activation`; nil where another function came first.
    func activated(_ activation: Activation) -> TracedValue? {
        var result = self
        for part in parts.indices {
            for segment in parts[part].segments.indices {
                let current = parts[part].segments[segment]
                guard current.activation == nil, current.functions.isEmpty else { return nil }
                result.parts[part].segments[segment].activation = activation
            }
        }
        return result
    }
}

extension Shape {
    /// Strides along a prediction's axes of a constant of this shape that is broadcast to a value with `dimensions`; nil where
    /// it varies along rows of several feature maps.
    fileprivate func cellStrides(
        _ dimensions: [[TracedValue.Axis]], _ part: TracedValue.Part, isOnly: Bool
    ) -> CellFunction.Strides? {
        var result = CellFunction.Strides()
        guard rank <= dimensions.count else { return nil }
        for (axis, group) in dimensions.suffix(rank).enumerated() where self[axis] != 1 {
            var stride = strides[axis]
            for part in group.reversed().map({ ($0, part.extent($0)) }) {
                switch part.0 {
                case .anchor: result.anchor = stride
                case .column: result.column = stride
                case .y: result.y = stride
                case .x: result.x = stride
                }
                stride *= part.1
            }
            guard isOnly || group == [.column] else { return nil }
        }
        return result
    }
}
