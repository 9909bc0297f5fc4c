import Tensors

/// QuantizeLinear and DequantizeLinear → the graph's quantization table. What they stand around computes in floats again; the
/// table says what is meant to be computed in 8 bits.
///
/// A pair of both with the same scales and zero points, one for the whole map or one for each channel, is a quantization of the
/// value before it. Integer
/// constants behind a DequantizeLinear become floats; where these are a convolution's weights and the integers are at most 127
/// from the zero point, the scales are noted. Anything else that is left is an error: dropping it would change results unseen.
package struct TakeQuantization: GraphPass {
    package let name = "take quantization"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) throws(GraphError) {
        guard graph.nodes.contains(where: \.isQuantization) else { return }
        try graph.foldQuantizedConstants()
        try graph.takeQuantizationPairs()
        if let node = graph.nodes.first(where: \.isQuantization) {
            throw node.quantizationFault(
                "only a QuantizeLinear and a DequantizeLinear behind each other with the same scale and zero point, one "
                    + "for the whole value or for each channel, or a DequantizeLinear of a constant is supported")
        }
    }
}

extension Graph {
    /// Replaces what quantizes or dequantizes a constant by the result.
    fileprivate mutating func foldQuantizedConstants() throws(GraphError) {
        let weights = Set(nodes.compactMap(\.convolutionWeights))
        var folded: Set<Int> = []
        for (index, node) in nodes.enumerated() where node.isQuantization {
            let operands = node.inputs.map { constants[$0] }
            guard zip(node.inputs, operands).allSatisfy({ $0.isEmpty || $1 != nil }) else { continue }
            let result = try ReferenceEvaluator.evaluate(node, operands: operands)[0]
            constants[node.outputs[0]] = result
            if weights.contains(node.outputs[0]) {
                quantization.weightScales[node.outputs[0]] = node.weightScales(operands)
            }
            folded.insert(index)
        }
        removeNodes(folded)
    }

    /// Notes the quantization that each pair of QuantizeLinear and DequantizeLinear states, and takes the pair out.
    fileprivate mutating func takeQuantizationPairs() throws(GraphError) {
        let index = GraphIndex(self)
        var forwarded: [Int: String] = [:]
        var sources: [String: String] = [:]
        for (position, node) in nodes.enumerated() {
            guard case .dequantizeLinear = node.operation, let producer = index.producer(of: node.inputs[0]),
                case .quantizeLinear(_, let isSigned) = nodes[producer].operation,
                let parameters = quantizationParameters(node), parameters == quantizationParameters(nodes[producer])
            else { continue }
            let source = nodes[producer].inputs[0]
            let value = sources[source] ?? source
            sources[node.outputs[0]] = value
            forwarded[position] = value
            try note(parameters.map { $0.asUnsigned(isSigned) }, of: value, for: nodes[producer])
        }
        forward(forwarded)
        let unread = GraphIndex(self)
        removeNodes(
            Set(
                nodes.indices.filter { position in
                    guard case .quantizeLinear = nodes[position].operation else { return false }
                    return nodes[position].outputs.allSatisfy { unread.users(of: $0).isEmpty && !unread.isOutput($0) }
                }))
    }

    /// - Parameter entries: one for the whole value, or one for each channel.
    private mutating func note(
        _ entries: [Quantization], of value: String, for node: Node
    ) throws(GraphError) {
        let before = quantization.channelValues[value] ?? quantization.values[value].map { [$0] }
        if let before, before != entries {
            throw node.quantizationFault("the value '\(value)' is quantized in two ways")
        }
        if entries.count == 1 {
            quantization.values[value] = entries[0]
        } else {
            quantization.channelValues[value] = entries
        }
    }

    /// Scales and zero points of a QuantizeLinear or DequantizeLinear, where they are constants: one for the whole value, or one
    /// for each channel.
    private func quantizationParameters(_ node: Node) -> [Quantization]? {
        guard let scales = constants[node.inputs[1]]?.floats, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
            scales.count == 1 || node.quantizedAxis == 1
        else { return nil }
        guard let name = node.input(2) else { return scales.map { Quantization(scale: $0, zeroPoint: 0) } }
        guard let zeroPoints = constants[name]?.integers, zeroPoints.count == scales.count else { return nil }
        return zip(scales, zeroPoints).map { Quantization(scale: $0, zeroPoint: Int($1)) }
    }
}

extension Quantization {
    /// The same numbers with integers in 0...255 where they were in −128...127.
    fileprivate func asUnsigned(_ isSigned: Bool) -> Quantization {
        Quantization(scale: scale, zeroPoint: isSigned ? zeroPoint + 128 : zeroPoint)
    }
}

extension Node {
    fileprivate var isQuantization: Bool {
        switch operation {
        case .quantizeLinear, .dequantizeLinear: true
        default: false
        }
    }

    fileprivate var quantizedAxis: Int? {
        switch operation {
        case .quantizeLinear(let axis, _), .dequantizeLinear(let axis): axis
        default: nil
        }
    }

    fileprivate var convolutionWeights: String? {
        if case .convolution = operation { inputs[1] } else { nil }
    }

    /// The scales of a convolution's weights that this DequantizeLinear makes of constants, one for each filter; nil where they
    /// are not of that form.
    fileprivate func weightScales(_ operands: [Tensor?]) -> [Float]? {
        guard case .dequantizeLinear(let axis) = operation, let weights = operands[0], let integers = weights.integers,
            let scales = operands[1]?.floats, scales.allSatisfy({ $0 > 0 && $0.isFinite }), weights.shape.rank == 4,
            weights.shape[0] > 0, scales.count == 1 || axis == 0 || axis == -weights.shape.rank
        else { return nil }
        let zeroPoints = (operands.count > 2 ? operands[2]?.integers : nil) ?? [0]
        let filter = integers.count / weights.shape[0]
        let isSymmetric = integers.enumerated().allSatisfy { index, value in
            abs(value - zeroPoints[index / filter % zeroPoints.count]) <= 127
        }
        guard isSymmetric else { return nil }
        return scales.count == 1 ? Array(repeating: scales[0], count: weights.shape[0]) : scales
    }

    fileprivate func quantizationFault(_ reason: String) -> GraphError {
        GraphError(.unsupportedQuantization, operation: operation.name, subject: name, reason: reason)
    }
}
