import Tensors

/// Which convolutions of a graph can be computed in 8 bits, and which feature maps have to be stored in 8 bits for it.
///
/// Feature maps are values `[N, C, H, W]` that convolutions, pooling, enlarging, joining, cutting along channels or
/// element-by-element functions make. Data that has been reshaped or transposed is none.
package struct QuantizationPlan: Sendable {
    /// Why a convolution stays in float.
    package enum FloatReason: String, Sendable, Hashable, CaseIterable {
        case requested = "asked for or hurt most"
        case computedWeights = "weights that are not constant"
        case output = "an output of the model"
        case rowMajorInput = "input that is no feature map"
        case last = "no convolution behind it"
    }

    /// Names of the nodes to compute in 8 bits, in the graph's order.
    package private(set) var convolutions: [String] = []
    /// The other convolutions by name.
    package private(set) var floats: [String: FloatReason] = [:]
    /// Values to store in 8 bits. Those of one group share one quantization: what only moves, joins, averages or chooses numbers
    /// works on the integers then. Inside a group in the graph's order.
    package private(set) var groups: [[String]] = []
    /// Values of groups of one that get a quantization for each channel: what a convolution makes and only depthwise convolutions
    /// in 8 bits read.
    package private(set) var perChannel: Set<String> = []

    /// - Parameters:
    ///   - graph: after the standard passes, with the types they gave.
    ///   - kept: names of convolutions to leave in float.
    package init(_ graph: Graph, types: [String: TensorType], keepingInFloat kept: Set<String> = []) {
        let maps = FeatureMaps(graph, types: types)
        for node in graph.nodes {
            guard case .convolution = node.operation else { continue }
            if let reason = maps.floatReason(node, kept: kept) {
                floats[node.name] = reason
            } else {
                convolutions.append(node.name)
            }
        }
        groups = Self.groups(graph, maps, read: Set(convolutions))
        perChannel = Self.perChannel(graph, groups, Set(convolutions))
    }

    private static func perChannel(
        _ graph: Graph, _ groups: [[String]], _ convolutions: Set<String>
    ) -> Set<String> {
        let single = Set(groups.filter { $0.count == 1 }.map { $0[0] })
        var candidates: Set<String> = []
        for node in graph.nodes {
            if case .convolution(let attributes) = node.operation, attributes.residual == .none,
                single.contains(node.outputs[0]), !graph.isDepthwise(node) || convolutions.contains(node.name)
            {
                candidates.insert(node.outputs[0])
            }
            let suits = graph.isDepthwise(node) && convolutions.contains(node.name)
            candidates.subtract(suits ? node.inputs.dropFirst() : node.inputs[...])
        }
        return candidates.subtracting(graph.outputs)
    }

    /// Groups with a value that one of the convolutions `readers` reads.
    private static func groups(_ graph: Graph, _ maps: FeatureMaps, read readers: Set<String>) -> [[String]] {
        var (united, needed) = (ValueGroups(), Set<String>())
        for node in graph.nodes {
            let shared = node.sharesQuantization ? (node.inputs + node.outputs).filter(maps.contains) : []
            for value in shared.dropFirst() { united.unite(shared[0], value) }
            guard readers.contains(node.name) else { continue }
            needed.formUnion([node.inputs[0], node.input(3) ?? ""].filter(maps.contains))
        }
        let roots = Set(needed.map { united.root($0) })
        var members: [String: [String]] = [:]
        var order: [String] = []
        for value in graph.inputs.map(\.name) + graph.nodes.flatMap(\.outputs) where maps.contains(value) {
            let root = united.root(value)
            guard roots.contains(root) else { continue }
            if members[root] == nil { order.append(root) }
            members[root, default: []].append(value)
        }
        return order.compactMap { members[$0] }
    }
}

/// The feature maps of a graph.
private struct FeatureMaps {
    private let graph: Graph
    private var maps: Set<String> = []
    /// Maps from which some convolution is computed without leaving feature maps.
    private var convolved: Set<String> = []

    init(_ graph: Graph, types: [String: TensorType]) {
        self.graph = graph
        func isShaped(_ value: String) -> Bool {
            types[value]?.elementType == .float32 && types[value]?.shape.rank == 4
        }
        maps = Set(graph.inputs.map(\.name).filter(isShaped))
        for node in graph.nodes where node.makesFeatureMaps && isShaped(node.inputs[0]) {
            maps.formUnion(node.outputs.filter(isShaped))
        }
        for node in graph.nodes.reversed() where node.makesFeatureMaps {
            if node.isConvolution || node.outputs.contains(where: convolved.contains) {
                convolved.formUnion(node.inputs.filter(maps.contains))
            }
        }
    }

    func contains(_ value: String) -> Bool { maps.contains(value) }

    /// Why the convolution `node` is to stay in float; nil where it is not.
    func floatReason(_ node: Node, kept: Set<String>) -> QuantizationPlan.FloatReason? {
        guard let weights = graph.constants[node.inputs[1]]?.floats, weights.allSatisfy(\.isFinite) else {
            return .computedWeights
        }
        if graph.outputs.contains(node.outputs[0]) { return .output }
        if !contains(node.inputs[0]) { return .rowMajorInput }
        if !convolved.contains(node.outputs[0]) { return .last }
        return kept.contains(node.name) ? .requested : nil
    }
}

extension Node {
    fileprivate var isConvolution: Bool { if case .convolution = operation { true } else { false } }

    /// Whether results are feature maps where the first operand is one.
    fileprivate var makesFeatureMaps: Bool {
        switch operation {
        case .convolution, .batchNormalization, .activation, .unary, .binary, .clip, .concat(axis: 1), .maxPool,
            .averagePool, .globalAveragePool, .resize, .slice, .split(axis: 1), .identity, .pad:
            true
        default: false
        }
    }

    /// Whether results have no numbers but the operands', or means of them.
    fileprivate var sharesQuantization: Bool {
        switch operation {
        case .concat(axis: 1), .maxPool, .averagePool, .slice, .split(axis: 1), .identity: true
        case .resize(let attributes): attributes.mode != .cubic
        default: false
        }
    }
}

extension Graph {
    /// Whether a node is a convolution of each channel by itself, with constant weights.
    package func isDepthwise(_ node: Node) -> Bool {
        guard case .convolution(let attributes) = node.operation else { return false }
        return attributes.group > 1 && constants[node.inputs[1]]?.shape.dimensions.prefix(2) == [attributes.group, 1]
    }
}
