import Tensors

/// Convolutions of one value that differ in weights only → one convolution and a Split of its channels. The input is read
/// once, and narrow layers fill the vectors better.
///
/// An engine that keeps channels in blocks takes parts that start at block boundaries as views; so every part but the last
/// has whole blocks. A view cannot at the same time be written in place into a concatenation. Where a part goes there, as the
/// second branch of a C3 or CSP layer does, it becomes the first part and the whole merged result is joined instead of it,
/// which puts the other parts behind the concatenation's end; the wanted channels are split off again:
///
///     [m; conv2(x)], conv1(x)  →  wide = [m; conv2(x); conv1(x)], wide[..<count]
///
/// That works for a concatenation's last operand; others stay as they are. Each sum is taken as before: exact.
package struct MergeSiblingConvolutions: GraphPass {
    package let name = "merge sibling convolutions"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        var names = NewNames(graph)
        var replacements: [Int: [Node]] = [:]
        for siblings in pattern.siblings() {
            guard let family = pattern.family(of: siblings), names.admits(family.weightCount) else { continue }
            let merged = family.merge(in: &graph, names: &names)
            for (position, nodes) in merged { replacements[position] = nodes }
        }
        guard !replacements.isEmpty else { return }
        graph.nodes = graph.nodes.indices.flatMap { replacements[$0] ?? [graph.nodes[$0]] }
    }
}

/// Convolutions that become one.
private struct Family {
    /// Positions in the graph, in the order of the merged channels.
    var positions: [Int] = []
    var convolutions: [FoldableConvolution] = []
    /// Position of the concatenation that ends with the first one's result, where there is one.
    var concatenation: Int?
    /// Channels of that concatenation.
    var width = 0

    var weightCount: Int { convolutions.reduce(0) { $0 + $1.weights.count } }

    /// What to put in the place of nodes.
    func merge(in graph: inout Graph, names: inout NewNames) -> [Int: [Node]] {
        let members = positions.map { graph.nodes[$0] }
        let base = members[0].name + "/merged"
        let merged = convolutions[0].joined(with: convolutions.dropFirst())
        let constants = merged.addConstants(base: base, to: &graph, names: &names)
        let convolution = names.node(base, .convolution(merged.attributes), [members[0].inputs[0]] + constants)
        graph.carryQuantization(from: members[0].outputs[0], to: convolution.outputs[0])
        let sizes = convolutions.map { $0.shape[0] }
        let split = names.split(convolution, sizes, members.map { $0.outputs[0] }, in: &graph)
        var replacements = Dictionary(uniqueKeysWithValues: positions.map { ($0, [Node]()) })
        replacements[positions.min() ?? 0] = [convolution, split]
        if let concatenation {
            replacements[concatenation] = widen(
                graph.nodes[concatenation], last: convolution.outputs[0], in: &graph, names: &names)
        }
        return replacements
    }

    /// The concatenation `node` with the merged result as its last operand, and what takes its first channels.
    private func widen(_ node: Node, last: String, in graph: inout Graph, names: inout NewNames) -> [Node] {
        let rest = convolutions[1...].reduce(0) { $0 + $1.shape[0] }
        let wide = names.node(node.name + "/wide", node.operation, node.inputs.dropLast() + [last])
        let results = [node.outputs[0], names.value(node.outputs[0] + "/rest")]
        graph.carryQuantization(from: last, to: results[1])
        if graph.quantization.values[last] == graph.quantization.values[results[0]] {
            graph.carryQuantization(from: last, to: wide.outputs[0])
        }
        return [wide, names.split(wide, [width, rest], results, in: &graph)]
    }
}

extension NewNames {
    /// A Split of `node`'s result along the channels.
    fileprivate mutating func split(_ node: Node, _ sizes: [Int], _ results: [String], in graph: inout Graph) -> Node {
        let operand = name(of: .vector(sizes.map(Int64.init)), base: node.name + "/sizes", in: &graph)
        return self.node(node.name + "/parts", .split(axis: 1), [node.outputs[0], operand], results)
    }
}

/// Whether a result is written straight into a concatenation.
private enum Placement {
    /// It is not, or it is copied there in any case.
    case free
    /// It is, as the last operand of the concatenation at a position.
    case last(Int)
    /// It is, and must stay so.
    case fixed
}

extension GraphPattern {
    private struct Kind: Hashable {
        var input: String
        var attributes: ConvolutionAttributes
        /// Computing all in 8 bits or none, and storing all alike, or what is merged could not.
        var hasWeightScales: Bool
        var quantization: Quantization?
    }

    /// Positions of equally shaped convolutions of one value, two or more each.
    fileprivate func siblings() -> [[Int]] {
        var groups: [Kind: [Int]] = [:]
        for (position, node) in graph.nodes.enumerated() {
            guard case .convolution(let attributes) = node.operation, attributes.group == 1 else { continue }
            let kind = Kind(
                input: node.inputs[0], attributes: attributes,
                hasWeightScales: graph.quantization.weightScales[node.inputs[1]] != nil,
                quantization: graph.quantization.values[node.outputs[0]])
            groups[kind, default: []].append(position)
        }
        return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }

    /// The convolutions at `positions` that can be merged: first one that is placed, then those of whole blocks, last one of
    /// another width.
    fileprivate func family(of positions: [Int]) -> Family? {
        var family = Family()
        var (whole, broken): ([Int], [Int]) = ([], [])
        for position in positions {
            guard let channels = convolution(graph.nodes[position])?.shape[0] else { continue }
            switch placement(graph.nodes[position].outputs[0]) {
            case .free:
                if channels % channelsInBlock == 0 { whole.append(position) } else { broken.append(position) }
            case .last(let concatenation) where channels % channelsInBlock == 0 && family.positions.isEmpty:
                family.positions = [position]
                family.concatenation = concatenation
                family.width = types[graph.nodes[concatenation].outputs[0]]?.shape[1] ?? 0
            default: continue
            }
        }
        family.positions += whole + broken.prefix(1)
        family.convolutions = family.positions.compactMap { convolution(graph.nodes[$0]) }
        return family.positions.count > 1 ? family : nil
    }

    private func placement(_ value: String) -> Placement {
        let concatenations = index.users(of: value).filter {
            firstChannels(of: value, in: $0).contains { $0 % channelsInBlock == 0 }
        }
        guard let concatenation = concatenations.first else { return .free }
        let node = graph.nodes[concatenation]
        let isJoinedAgain = index.users(of: node.outputs[0]).contains { graph.nodes[$0].operation == .concat(axis: 1) }
        guard concatenations.count == 1, node.inputs.last == value, !isJoinedAgain,
            !node.inputs.contains(where: isResized)
        else { return .fixed }
        return .last(concatenation)
    }

    /// `PushPointwiseThroughConcat` takes concatenations with such operands apart, and then their operands are free.
    private func isResized(_ value: String) -> Bool {
        if case .resize = producer(value)?.operation { true } else { false }
    }

    /// Where `value`'s channels begin in the concatenation along channels at `position`; empty where there is none.
    private func firstChannels(of value: String, in position: Int) -> [Int] {
        guard graph.nodes[position].operation == .concat(axis: 1) else { return [] }
        var channel = 0
        return graph.nodes[position].inputs.compactMap { operand in
            defer { channel += types[operand]?.shape[1] ?? 0 }
            return operand == value ? channel : nil
        }
    }
}
