import GraphIR

/// A `Conv` with as many groups as divide both numbers of channels: `[channels, kernel, stride, dilation, activation]`.
///
/// Shape and names: those of `Conv`. With `g = gcd(c₁, c₂)`, parameters: `k²·c₁·c₂ / g + 2·c₂`; multiply-adds: `k²·c₁·c₂ / g` a position.
struct DWConv: PlainModule {
    static let name = "DWConv"
    static let form = "channels, kernel = 1, stride = 1, dilation = 1, activation = True"

    let convolution: Conv
    var kernel: Int? { convolution.kernel }

    init(from input: Int, to channels: Int, _ kernel: Int, _ stride: Int, _ activation: Activation?) {
        var form = ConvolutionForm(channels: channels, kernel: kernel, stride: stride)
        form.groups = Self.groups(input, channels)
        convolution = Conv(form, activation)
    }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        let channels = try arguments.channels()
        var form = ConvolutionForm(
            channels: channels, kernel: try arguments.kernel(at: 1, default: 1), stride: try arguments.stride(at: 2))
        form.groups = Self.groups(try arguments.input().channels, channels)
        // YOLOv7 has no dilation: there the activation comes here.
        let hasDilation = arguments.isInteger(at: 3)
        if hasDilation { form.dilation = try arguments.integer(at: 3, "the dilation", 1...64) }
        try arguments.refuse(beyond: hasDilation ? 5 : 4)
        convolution = Conv(form, try arguments.activation(at: hasDilation ? 4 : 3))
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try convolution.build(x, in: &network)
    }

    /// The greatest common divisor.
    private static func groups(_ a: Int, _ b: Int) -> Int { b == 0 ? a : groups(b, a % b) }
}
