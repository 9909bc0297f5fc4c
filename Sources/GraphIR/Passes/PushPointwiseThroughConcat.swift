import Tensors

/// Moves the part of a 1×1 convolution that reads an enlarged map before the enlargement:
///
///     activation(W · [resize(a); b] + bias)  →  activation(resize(Wa · a) + Wb · b + bias)
///
/// where `resize` is nearest or linear, so that it commutes with sums over channels. Wa · a has a quarter of the pixels where
/// the map doubles. The enlarged part becomes the addend of the convolution of the rest. Sums are taken in another order:
/// results change in the last bits.
///
/// All 1×1 convolutions of one concatenation move together, where that pays (`EnlargedPart.pays`).
package struct PushPointwiseThroughConcat: GraphPass {
    package let name = "push pointwise convolutions through concat"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        var names = NewNames(graph)
        var parts: [String: EnlargedPart] = [:]
        for node in graph.nodes {
            guard let part = pattern.enlargedPart(of: node, names: &names) else { continue }
            parts[node.outputs[0]] = part
            graph.carryQuantization(from: node.outputs[0], to: part.others)
            part.carryQuantizationToSmallMap(in: &graph)
        }
        var nodes: [Node] = []
        for node in graph.nodes {
            if let part = parts[node.outputs[0]], let concat = part.concatOfOthers { nodes.append(concat) }
            guard let convolution = pattern.pointwise(node), let part = parts[node.inputs[0]],
                names.admits(convolution.weights.count)
            else {
                nodes.append(node)
                continue
            }
            nodes += part.split(convolution, node, in: &graph, names: &names)
        }
        graph.nodes = nodes
    }
}

/// An enlarged operand of a concatenation along the channels.
private struct EnlargedPart {
    /// Which operand of the concatenation.
    let operand: Int
    /// What enlarges it.
    let resize: Node
    /// Of the concatenation.
    let channels: Range<Int>
    /// `[N, C, H, W]` of the enlarged map.
    let shape: Shape
    /// Pixels before the enlargement.
    let smallArea: Int
    /// The concatenation's other operands as one value.
    private(set) var others = ""
    /// The node that joins them, if there are several.
    private(set) var concatOfOthers: Node?

    init(operand: Int, resize: Node, channels: Range<Int>, shape: Shape, smallArea: Int) {
        self.operand = operand
        self.resize = resize
        self.channels = channels
        self.shape = shape
        self.smallArea = smallArea
    }

    func joiningOthers(of concat: Node, names: inout NewNames) -> EnlargedPart {
        var part = self
        var values = concat.inputs
        values.remove(at: operand)
        part.others = values[0]
        if values.count > 1 {
            let node = names.node(concat.name + "/rest", concat.operation, values)
            part.others = node.outputs[0]
            part.concatOfOthers = node
        }
        return part
    }

    /// An enlargement to the nearest pixels has the numbers of the small map.
    func carryQuantizationToSmallMap(in graph: inout Graph) {
        guard case .resize(let attributes) = resize.operation, attributes.mode == .nearest else { return }
        graph.carryQuantization(from: resize.outputs[0], to: resize.inputs[0])
    }

    /// Multiply-adds that cost as much as moving one float through the caches, at least, on a processor with wide vectors.
    private static let multiplyAddsPerMove = 8

    /// Whether moving convolutions of `filters` results in all saves more arithmetic than it adds traffic. Each saves its
    /// products with the enlarged channels at all pixels but the small map's, and need not read those; instead its own
    /// results are written and read at both sizes. If nothing else reads the concatenation (`vanishes`), the enlarged map is
    /// not made either.
    func pays(convolutions: Int, filters: Int, vanishes: Bool) -> Bool {
        let area = shape[2] * shape[3]
        let saved = filters * channels.count * (area - smallArea)
        let added = channels.count * smallArea + 2 * filters * (smallArea + area)
        let removed = channels.count * (convolutions * area + (vanishes ? area + smallArea : 0))
        return saved > Self.multiplyAddsPerMove * (added - removed)
    }

    /// The nodes that compute `node`, which is `convolution`.
    func split(
        _ convolution: FoldableConvolution, _ node: Node, in graph: inout Graph, names: inout NewNames
    ) -> [Node] {
        var early = convolution.reading(channels)
        early.attributes.activation = nil
        var late = convolution.reading(
            Array(0..<channels.lowerBound) + Array(channels.upperBound..<convolution.shape[1]))
        late.attributes.residual = .beforeActivation
        let earlyWeights = early.addWeights(base: node.name + "/small", to: &graph, names: &names)
        let small = names.node(node.name + "/small", .convolution(early.attributes), [resize.inputs[0], earlyWeights])
        let operands = resizeOperands(of: small.outputs[0], filters: early.shape[0], in: &graph, names: &names)
        let enlarged = names.node(node.name + "/enlarged", resize.operation, operands)
        var rest = node
        rest.operation = .convolution(late.attributes)
        rest.inputs =
            [others] + late.addConstants(base: node.name, to: &graph, names: &names) + [enlarged.outputs[0]]
        return [small, enlarged, rest]
    }

    /// The resize's operands for a map of other channels: sizes name them.
    private func resizeOperands(
        of value: String, filters: Int, in graph: inout Graph, names: inout NewNames
    ) -> [String] {
        guard let sizes = resize.input(3), graph.constants[sizes]?.count != 0 else {
            return [value] + resize.inputs.dropFirst()
        }
        let extents = [shape[0], filters, shape[2], shape[3]].map(Int64.init)
        return [value, "", "", names.name(of: .vector(extents), base: resize.name + "/sizes", in: &graph)]
    }
}

extension GraphPattern {
    /// The node as a convolution over single pixels.
    fileprivate func pointwise(_ node: Node) -> FoldableConvolution? {
        convolution(node).flatMap { $0.isPointwise ? $0 : nil }
    }

    /// The part of the concatenation `node` with most channels, where it pays to enlarge it later.
    fileprivate func enlargedPart(of node: Node, names: inout NewNames) -> EnlargedPart? {
        guard node.operation == .concat(axis: 1), node.inputs.count > 1, let part = largestEnlarged(node),
            pays(part, of: node)
        else { return nil }
        return part.joiningOthers(of: node, names: &names)
    }

    private func pays(_ part: EnlargedPart, of concat: Node) -> Bool {
        let users = index.users(of: concat.outputs[0])
        let filters = users.compactMap { pointwise(graph.nodes[$0])?.shape[0] }
        let vanishes =
            filters.count == users.count && !index.isOutput(concat.outputs[0])
            && index.onlyUser(of: concat.inputs[part.operand]) != nil
        return !filters.isEmpty
            && part.pays(convolutions: filters.count, filters: filters.reduce(0, +), vanishes: vanishes)
    }

    private func largestEnlarged(_ concat: Node) -> EnlargedPart? {
        var found: [EnlargedPart] = []
        var channel = 0
        for (operand, value) in concat.inputs.enumerated() {
            guard let shape = types[value]?.shape, shape.rank == 4 else { return nil }
            let channels = channel..<channel + shape[1]
            channel = channels.upperBound
            guard let resize = producer(value), let small = enlargedShape(resize) else { continue }
            found.append(
                EnlargedPart(
                    operand: operand, resize: resize, channels: channels, shape: shape,
                    smallArea: small[2] * small[3]))
        }
        return found.max { $0.channels.count < $1.channels.count }
    }

    /// The shape that `node` enlarges, if it is a resize that commutes with sums over channels.
    private func enlargedShape(_ node: Node) -> Shape? {
        guard case .resize(let attributes) = node.operation, attributes.mode != .cubic,
            let from = types[node.inputs[0]]?.shape, let to = types[node.outputs[0]]?.shape, from.rank == 4
        else { return nil }
        let operands = Operands(
            node: node, types: node.inputs.map { types[$0] }, values: node.inputs.map { graph.constants[$0] })
        guard let axes = try? operands.resizeAxes(), from[2] * from[3] < to[2] * to[3],
            axes[..<2].allSatisfy({ $0.input == $0.output && $0.scale == 1 })
        else { return nil }
        return from
    }
}
