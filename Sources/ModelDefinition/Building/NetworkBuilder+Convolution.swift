import GraphIR
import Tensors

/// What a convolution is asked to be; its kernel is square.
struct ConvolutionForm: Sendable, Hashable {
    var channels: Int
    var kernel: Int
    var stride = 1
    /// Nil for what keeps the size at stride 1.
    var padding: Int?
    var dilation = 1
    var groups = 1

    /// Zeros on each side.
    var resolvedPadding: Int { padding ?? (dilation * (kernel - 1) + 1) / 2 }

    /// Positions along a side of `extent`.
    fileprivate func positions(_ extent: Int) -> Int {
        let room = extent + 2 * resolvedPadding - dilation * (kernel - 1) - 1
        return room < 0 ? 0 : room / stride + 1
    }
}

extension NetworkBuilder {
    /// Batch norms of these networks add this to the variance.
    static let epsilon: Float = 1e-3

    /// A convolution at `name` with a bias of its own.
    /// - Parameter offsets: what is added to the random bias of each channel; none where empty.
    mutating func biasedConvolution(
        _ x: FeatureMap, _ form: ConvolutionForm, as name: String, offsets: [Float] = []
    ) throws(ModelDefinitionError) -> FeatureMap {
        let bias = InitialValues.uniform(bound: x.bound(form), offsets: offsets)
        return try convolution(x, form, as: name, bias: try parameter("\(name).bias", [form.channels], bias))
    }

    /// A convolution at `conv` without bias and a batch norm at `bn`; or a convolution with a bias where the trained tensors have
    /// been folded already.
    mutating func normalisedConvolution(
        _ x: FeatureMap, _ form: ConvolutionForm
    ) throws(ModelDefinitionError) -> FeatureMap {
        let isFolded = trained.map { $0[place("conv.bias")] != nil && $0[place("bn.weight")] == nil } ?? false
        charge(NetworkCost(biases: isFolded ? 0 : form.channels, folded: form.channels))
        guard !isFolded else { return try biasedConvolution(x, form, as: "conv") }
        let y = try convolution(x, form, as: "conv", bias: nil)
        let shape: Shape = [form.channels]
        let weights = place("conv.weight")
        let value = try node(
            "bn", .batchNormalization(epsilon: Self.epsilon),
            [
                y.value, try parameter("bn.weight", shape, .constant(1)), try parameter("bn.bias", shape, .constant(0)),
                try parameter("bn.running_mean", shape, .meanOfResult(of: weights, input: x.signal)),
                try parameter("bn.running_var", shape, .varianceOfResult(of: weights, input: x.signal)),
            ])
        return FeatureMap(value: value, shape: y.shape, signal: .normal)
    }

    private mutating func convolution(
        _ x: FeatureMap, _ form: ConvolutionForm, as name: String, bias: String?
    ) throws(ModelDefinitionError) -> FeatureMap {
        guard x.shape.channels % form.groups == 0, form.channels % form.groups == 0 else {
            throw failure(
                .badArgument, "\(form.groups) groups do not divide \(x.shape.channels) and \(form.channels) channels")
        }
        let shape = try resultShape(x.shape, form)
        let group = x.shape.channels / form.groups
        let weights = try parameter(
            "\(name).weight", [form.channels, group, form.kernel, form.kernel], .uniform(bound: x.bound(form)))
        let count = form.channels * group * form.kernel * form.kernel
        charge(
            NetworkCost(weights: count, biases: bias == nil ? 0 : form.channels, multiplyAdds: count * shape.area))
        let attributes = ConvolutionAttributes(
            kernel: [form.kernel, form.kernel], strides: [form.stride, form.stride],
            padding: Array(repeating: form.resolvedPadding, count: 4), dilations: [form.dilation, form.dilation],
            group: form.groups)
        let value = try node(name, .convolution(attributes), [x.value, weights] + (bias.map { [$0] } ?? []))
        return FeatureMap(value: value, shape: shape, signal: .normal)
    }

    private func resultShape(_ x: MapShape, _ form: ConvolutionForm) throws(ModelDefinitionError) -> MapShape {
        let shape = MapShape(
            channels: form.channels, height: form.positions(x.height), width: form.positions(x.width))
        guard shape.area > 0 else {
            throw failure(.badInput, "its kernel is larger than its input of \(x); give a larger --size")
        }
        return shape
    }

    /// `x` after `function`; `x` itself where there is none.
    mutating func activation(
        _ x: FeatureMap, _ function: Activation?, as name: String = "act"
    ) throws(ModelDefinitionError) -> FeatureMap {
        guard let function else { return x }
        return FeatureMap(
            value: try node(name, .activation(function), [x.value]), shape: x.shape,
            signal: SignalEstimate(after: function))
    }
}

extension FeatureMap {
    /// PyTorch's bound of a new convolution's weights and bias: one over the root of the factors of one sum.
    fileprivate func bound(_ form: ConvolutionForm) -> Float {
        1 / Float(max(1, shape.channels / form.groups * form.kernel * form.kernel)).squareRoot()
    }
}
