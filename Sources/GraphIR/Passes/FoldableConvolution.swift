import Tensors

/// A convolution whose weights are known.
struct FoldableConvolution {
    var attributes: ConvolutionAttributes
    var shape: Shape
    var weights: [Float]
    var bias: [Float]
    /// What the weights are multiples of, one number a filter, where that is known; see `QuantizationTable`.
    var weightScales: [Float]? = nil

    /// Adds weights and bias to the graph under names made from `base`.
    /// - Returns: their names.
    func addConstants(base: String, to graph: inout Graph, names: inout NewNames) -> [String] {
        [
            addWeights(base: base, to: &graph, names: &names),
            names.name(of: Tensor(bias, shape: [shape[0]]), base: "\(base)/bias", in: &graph),
        ]
    }

    /// Adds the weights alone.
    /// - Returns: their name.
    func addWeights(base: String, to graph: inout Graph, names: inout NewNames) -> String {
        let name = names.name(of: Tensor(weights, shape: shape), base: "\(base)/weights", in: &graph)
        graph.quantization.weightScales[name] = weightScales
        return name
    }

    /// Whether every result is a weighted sum of the input's channels at the same place.
    var isPointwise: Bool {
        attributes.kernel == [1, 1] && attributes.strides == [1, 1] && attributes.padding == [0, 0, 0, 0]
            && attributes.group == 1
    }

    /// The convolution whose input channel i is this one's `channels[i]`; of one group.
    func reading(_ channels: some Collection<Int>) -> FoldableConvolution {
        var result = self
        let (inputs, area) = (shape[1], shape[2] * shape[3])
        result.shape = [shape[0], channels.count, shape[2], shape[3]]
        result.weights = []
        for filter in 0..<shape[0] {
            for channel in channels {
                let first = (filter * inputs + channel) * area
                result.weights += weights[first..<first + area]
            }
        }
        return result
    }

    /// Whether every result is made of the input's channel of the same number.
    var isDepthwise: Bool { attributes.group > 1 && attributes.group == shape[0] && shape[1] == 1 }

    /// The convolution whose result i is this one's `channels[i]`; a depthwise one takes its input in that order.
    func selecting(_ channels: [Int]) -> FoldableConvolution {
        var result = self
        let filter = shape[1] * shape[2] * shape[3]
        result.weights = channels.flatMap { weights[($0 * filter)..<(($0 + 1) * filter)] }
        result.bias = channels.map { bias[$0] }
        result.weightScales = weightScales.map { scales in channels.map { scales[$0] } }
        result.shape[0] = channels.count
        return result
    }

    /// The convolution that computes this one's results and behind them those of `others`, which differ in weights only.
    func joined(with others: some Sequence<FoldableConvolution>) -> FoldableConvolution {
        var result = self
        for other in others {
            result.shape[0] += other.shape[0]
            result.weights += other.weights
            result.bias += other.bias
            result.weightScales = result.weightScales.flatMap { scales in other.weightScales.map { scales + $0 } }
        }
        return result
    }

    /// The convolution that computes `map` of this one's result.
    func followed(by map: ChannelMap) -> FoldableConvolution {
        var result = self
        result.weightScales = nil
        let filter = weights.count / max(shape[0], 1)
        for index in weights.indices {
            result.weights[index] = Float(Double(weights[index]) * map.scale[index / filter])
        }
        for index in bias.indices {
            result.bias[index] = Float(Double(bias[index]) * map.scale[index] + map.shift[index])
        }
        return result
    }

    /// The convolution that computes this one of `map` of its input; only without padding.
    func preceded(by map: ChannelMap) -> FoldableConvolution {
        var result = self
        result.weightScales = nil
        let (perGroup, area) = (shape[1], shape[2] * shape[3])
        let filtersPerGroup = shape[0] / attributes.group
        for filter in 0..<shape[0] {
            var shift = Double(bias[filter])
            for source in 0..<perGroup {
                let channel = filter / filtersPerGroup * perGroup + source
                for index in ((filter * perGroup + source) * area)..<((filter * perGroup + source + 1) * area) {
                    shift += Double(weights[index]) * map.shift[channel]
                    result.weights[index] = Float(Double(weights[index]) * map.scale[channel])
                }
            }
            result.bias[filter] = Float(shift)
        }
        return result
    }
}

extension GraphPattern {
    /// The node as a convolution with constant weights and no addend; an absent bias is zero.
    func convolution(_ node: Node) -> FoldableConvolution? {
        convolutionWithAddend(node).flatMap { $0.attributes.residual == .none ? $0 : nil }
    }

    /// The node as a convolution with constant weights; it may have an addend besides.
    func convolutionWithAddend(_ node: Node) -> FoldableConvolution? {
        guard case .convolution(let attributes) = node.operation, attributes.autoPadding == .explicit,
            let weights = graph.constants[node.inputs[1]],
            let values = weights.floats
        else { return nil }
        var bias = Array(repeating: Float(0), count: weights.shape[0])
        if let name = node.input(2) {
            guard let constant = graph.constants[name]?.floats else { return nil }
            bias = constant
        }
        return FoldableConvolution(
            attributes: attributes, shape: weights.shape, weights: values, bias: bias,
            weightScales: graph.quantization.weightScales[node.inputs[1]])
    }
}
