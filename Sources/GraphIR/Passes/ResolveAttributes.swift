import Tensors

/// Spells out what depends on the operands' shapes: computed padding, a kernel left to the weights, axes counted from the
/// back, default permutations; and a mean over rows and columns as global average pooling.
package struct ResolveAttributes: GraphPass {
    package let name = "resolve attributes"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) throws(GraphError) {
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            let operands = Operands(
                node: node, types: node.inputs.map { types[$0] }, values: node.inputs.map { graph.constants[$0] })
            graph.nodes[index].operation = try operands.resolvedOperation()
            if try operands.isSpatialMean() {
                graph.nodes[index].operation = .globalAveragePool
                graph.nodes[index].inputs = [node.inputs[0]]
            }
        }
    }
}

extension Operands {
    /// Whether the node is a mean over all axes behind the channels, kept with extent 1.
    fileprivate func isSpatialMean() throws(GraphError) -> Bool {
        guard node.operation == .reduce(.mean, keepDimensions: true), let x = types[0], x.shape.rank >= 3,
            x.elementType == .float32
        else { return false }
        return try reducedAxes().sorted() == Array(2..<x.shape.rank)
    }

    fileprivate func resolvedOperation() throws(GraphError) -> Operator {
        switch node.operation {
        case .convolution(var attributes):
            attributes.kernel = Array(try shape(1).dimensions[2...])
            attributes.padding = resolvedPadding(Window(attributes), try shape(0))
            attributes.autoPadding = .explicit
            return .convolution(attributes)
        case .maxPool(let attributes): return .maxPool(resolved(attributes, try shape(0)))
        case .averagePool(let attributes, let countIncludesPadding):
            return .averagePool(
                resolved(attributes, try shape(0)), countIncludesPadding: countIncludesPadding)
        default: return try resolvedAxes()
        }
    }

    private func resolvedAxes() throws(GraphError) -> Operator {
        let rank = try shape(0).rank
        switch node.operation {
        case .concat(let axis): return .concat(axis: try self.axis(axis, rank: rank))
        case .split(let axis): return .split(axis: try self.axis(axis, rank: rank))
        case .gather(let axis): return .gather(axis: try self.axis(axis, rank: rank))
        case .gatherElements(let axis): return .gatherElements(axis: try self.axis(axis, rank: rank))
        case .topIndices(let axis, let isLargest):
            return .topIndices(axis: try self.axis(axis, rank: rank), isLargest: isLargest)
        case .softmax(let axis): return .softmax(axis: try self.axis(axis, rank: rank))
        case .flatten(let axis): return .flatten(axis: axis < 0 ? axis + rank : axis)
        case .transpose(let permutation): return .transpose(permutation: try resolvedPermutation(permutation))
        default: return node.operation
        }
    }

    private func resolved(_ attributes: PoolAttributes, _ input: Shape) -> PoolAttributes {
        var attributes = attributes
        attributes.padding = resolvedPadding(Window(attributes), input)
        if attributes.autoPadding != .explicit { attributes.ceilMode = false }
        attributes.autoPadding = .explicit
        return attributes
    }

    private func resolvedPadding(_ window: Window, _ input: Shape) -> [Int] {
        let axes = (0...1).map { window.resolve(axis: $0, extent: input[$0 + 2]) }
        return axes.map(\.before) + axes.map(\.after)
    }
}
