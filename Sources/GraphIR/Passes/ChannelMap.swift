import Tensors

/// y = x * scale + shift for every channel, in double precision so that folding rounds once.
struct ChannelMap {
    var scale: [Double]
    var shift: [Double]

    /// What the batch normalization `node` does; nil where its parameters are computed.
    init?(normalizing node: Node, epsilon: Float, in graph: Graph) {
        let parameters = node.inputs[1...].map { graph.constants[$0]?.floats?.map(Double.init) }
        guard let scale = parameters[0], let bias = parameters[1], let mean = parameters[2],
            let variance = parameters[3]
        else { return nil }
        let factors = scale.indices.map { scale[$0] / (variance[$0] + Double(epsilon)).squareRoot() }
        self.init(scale: factors, shift: scale.indices.map { bias[$0] - mean[$0] * factors[$0] })
    }

    init(scale: [Double], shift: [Double]) { (self.scale, self.shift) = (scale, shift) }

    /// `next` of this map.
    func followed(by next: ChannelMap) -> ChannelMap {
        ChannelMap(
            scale: scale.indices.map { scale[$0] * next.scale[$0] },
            shift: shift.indices.map { shift[$0] * next.scale[$0] + next.shift[$0] })
    }
}

extension GraphPattern {
    /// `node` as a per-channel map of its operand `value`, which has axes N, C, H, W, or nil.
    func channelMap(_ node: Node, of value: String) -> ChannelMap? {
        guard let type = types[value], type.shape.rank == 4, types[node.outputs[0]] == type else { return nil }
        let channels = type.shape[1]
        switch node.operation {
        case .batchNormalization(let epsilon):
            return node.inputs[0] == value ? ChannelMap(normalizing: node, epsilon: epsilon, in: graph) : nil
        case .binary(let function):
            let isFirst = node.inputs[0] == value
            guard let operand = perChannel(node.inputs[isFirst ? 1 : 0], channels: channels) else { return nil }
            return binaryMap(function, operand: operand, isFirst: isFirst)
        default: return nil
        }
    }

    /// - Parameter isFirst: whether the mapped value is the first operand.
    private func binaryMap(_ function: BinaryFunction, operand: [Double], isFirst: Bool) -> ChannelMap? {
        let zeros = Array(repeating: 0.0, count: operand.count)
        let ones = Array(repeating: 1.0, count: operand.count)
        switch function {
        case .add: return ChannelMap(scale: ones, shift: operand)
        case .multiply: return ChannelMap(scale: operand, shift: zeros)
        case .subtract:
            return isFirst
                ? ChannelMap(scale: ones, shift: operand.map { -$0 })
                : ChannelMap(scale: ones.map { -$0 }, shift: operand)
        case .divide: return isFirst ? ChannelMap(scale: operand.map { 1 / $0 }, shift: zeros) : nil
        default: return nil
        }
    }

    /// The constant `value` as one number a channel, or nil where it varies along another axis.
    private func perChannel(_ value: String, channels: Int) -> [Double]? {
        guard let tensor = graph.constants[value], let floats = tensor.floats else { return nil }
        if tensor.count == 1 { return Array(repeating: Double(floats[0]), count: channels) }
        let aligned = Array(repeating: 1, count: max(4 - tensor.shape.rank, 0)) + tensor.shape.dimensions
        guard aligned == [1, channels, 1, 1] else { return nil }
        return floats.map(Double.init)
    }
}
