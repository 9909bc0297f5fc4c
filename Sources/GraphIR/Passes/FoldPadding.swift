import Tensors

/// Moves a Pad of rows and columns into the padding of the convolution or pooling layer behind it, where that is exact:
/// zeros into a convolution; zeros into an average that counts them; into a maximum what cannot win.
package struct FoldPadding: GraphPass {
    package let name = "fold padding"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        for index in graph.nodes.indices {
            guard let pad = pattern.spatialPad(graph.nodes[index].inputs.first ?? ""),
                let operation = pattern.padded(graph.nodes[index].operation, by: pad)
            else { continue }
            graph.carryQuantization(from: graph.nodes[index].inputs[0], to: pad.source)
            graph.nodes[index].operation = operation
            graph.nodes[index].inputs[0] = pad.source
        }
    }
}

/// A constant frame around the rows and columns of `source`.
private struct SpatialPad {
    var source: String
    /// top, left, bottom, right; not negative.
    var amounts: [Int]
    var value: Float

    func added(to padding: [Int]) -> [Int] { zip(padding, amounts).map { $0 + $1 } }
}

extension GraphPattern {
    fileprivate func spatialPad(_ value: String) -> SpatialPad? {
        guard let node = producer(value), node.operation == .pad(mode: .constant), types[value]?.shape.rank == 4 else {
            return nil
        }
        let operands = Operands(
            node: node, types: node.inputs.map { types[$0] }, values: node.inputs.map { graph.constants[$0] })
        guard let pads = try? operands.resolvedPads(), pads[0] == (0, 0), pads[1] == (0, 0) else { return nil }
        let amounts = [pads[2].before, pads[3].before, pads[2].after, pads[3].after]
        guard amounts.allSatisfy({ $0 >= 0 }) else { return nil }
        guard let name = node.input(2) else { return SpatialPad(source: node.inputs[0], amounts: amounts, value: 0) }
        return scalar(name).map { SpatialPad(source: node.inputs[0], amounts: amounts, value: $0) }
    }

    /// `operation` reading the pad's source with its own padding enlarged, or nil where that would differ.
    fileprivate func padded(_ operation: Operator, by pad: SpatialPad) -> Operator? {
        switch operation {
        case .convolution(var attributes):
            guard pad.value == 0, attributes.autoPadding == .explicit else { return nil }
            attributes.padding = pad.added(to: attributes.padding)
            return .convolution(attributes)
        case .averagePool(var attributes, let countsPadding):
            // Rounding up drops windows by the unpadded extent, which this changes.
            guard pad.value == 0, attributes.autoPadding == .explicit, !attributes.ceilMode,
                countsPadding || attributes.padding == [0, 0, 0, 0]
            else { return nil }
            attributes.padding = pad.added(to: attributes.padding)
            return .averagePool(attributes, countIncludesPadding: true)
        case .maxPool(var attributes):
            guard attributes.autoPadding == .explicit, !attributes.ceilMode, attributes.dilations == [1, 1],
                pad.value == -.infinity || pad.value == 0 && isNeverNegative(pad.source)
            else { return nil }
            attributes.padding = pad.added(to: attributes.padding)
            // Every window must keep an element of the picture.
            let isInside = zip(attributes.padding, attributes.kernel + attributes.kernel).allSatisfy { $0 < $1 }
            return isInside ? .maxPool(attributes) : nil
        default: return nil
        }
    }

    private func isNeverNegative(_ value: String) -> Bool {
        guard let node = producer(value) else { return false }
        switch node.operation {
        case .activation(let activation): return activation.isNeverNegative
        case .convolution(let attributes):
            return attributes.residual != .afterActivation && attributes.activation?.isNeverNegative ?? false
        default: return false
        }
    }
}

extension Activation {
    fileprivate var isNeverNegative: Bool {
        switch self {
        case .relu, .sigmoid, .hardSigmoid: true
        case .clamp(let minimum, _): minimum >= 0
        default: false
        }
    }
}
