import GraphIR

/// A convolution without bias, a batch norm and an activation: `[channels, kernel, stride, padding, groups, dilation, activation]`.
///
/// Shape: `c₂ × ⌊(h + 2p − d(k − 1) − 1) / s⌋ + 1`, the same for the width. Parameters: `k²·c₁·c₂ / g + 2·c₂`, folded `c₂` less.
/// Multiply-adds: `k²·c₁·c₂ / g` a position. In state dictionaries: `conv.weight`, `bn.…`.
struct Conv: PlainModule {
    static let name = "Conv"
    static let form = "channels, kernel = 1, stride = 1, padding = None, groups = 1, dilation = 1, activation = True"

    let form: ConvolutionForm
    let activation: Activation?

    var kernel: Int? { form.kernel }

    init(_ form: ConvolutionForm, _ activation: Activation?) {
        self.form = form
        self.activation = activation
    }

    init(_ channels: Int, _ kernel: Int, _ stride: Int, _ activation: Activation?) {
        self.init(ConvolutionForm(channels: channels, kernel: kernel, stride: stride), activation)
    }

    /// A 1×1 convolution.
    init(_ channels: Int, _ activation: Activation?) { self.init(channels, 1, 1, activation) }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try self.init(arguments, channels: try arguments.channels())
    }

    /// - Parameter channels: the scaled number of output channels.
    init(_ arguments: ModuleArguments, channels: Int) throws(ModelDefinitionError) {
        _ = try arguments.input()
        var form = ConvolutionForm(
            channels: channels, kernel: try arguments.kernel(at: 1, default: 1), stride: try arguments.stride(at: 2))
        form.padding = try arguments.optionalInteger(at: 3, "the padding", 0...1024)
        form.groups = try arguments.integer(at: 4, default: 1, "the number of groups", 1...1 << 16)
        // YOLOv7 has no dilation: there the activation comes here.
        let hasDilation = arguments.isInteger(at: 5)
        if hasDilation { form.dilation = try arguments.integer(at: 5, "the dilation", 1...64) }
        try arguments.refuse(beyond: hasDilation ? 7 : 6)
        self.init(form, try arguments.activation(at: hasDilation ? 6 : 5))
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try network.activation(try network.normalisedConvolution(x, form), activation)
    }
}

extension ModuleArguments {
    func kernel(at position: Int, default usual: Int) throws(ModelDefinitionError) -> Int {
        try integer(at: position, default: usual, "the kernel's side", 1...127)
    }

    func stride(at position: Int) throws(ModelDefinitionError) -> Int {
        try integer(at: position, default: 1, "the stride", 1...32)
    }
}
