import GraphIR

/// Half of the channels by a convolution, the other half by a cheap 5×5 depthwise one of these:
/// `[channels, kernel, stride, groups, activation]`.
///
/// Shape: that of a `Conv`. With `c = c₂ / 2`, parameters: `k²·c₁·c / g + 25·c + 4·c`; multiply-adds: `k²·c₁·c / g + 25·c` a position.
/// In state dictionaries: `cv1.…`, `cv2.…`.
struct GhostConv: PlainModule {
    static let name = "GhostConv"
    static let form = "channels, kernel = 1, stride = 1, groups = 1, activation = True"

    let primary: Conv
    let cheap: DWConv

    var kernel: Int? { primary.kernel }

    init(_ channels: Int, _ kernel: Int, _ stride: Int, groups: Int, _ activation: Activation?) {
        let half = channels / 2
        var form = ConvolutionForm(channels: half, kernel: kernel, stride: stride)
        form.groups = groups
        primary = Conv(form, activation)
        cheap = DWConv(from: half, to: half, 5, 1, activation)
    }

    /// One whose own half comes from a 1×1 convolution.
    init(_ channels: Int, _ activation: Activation?) { self.init(channels, 1, 1, groups: 1, activation) }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 5)
        _ = try arguments.input()
        let channels = try arguments.channels()
        guard channels % 2 == 0 else { throw arguments.wrong(0, "an even number of channels") }
        self.init(
            channels, try arguments.kernel(at: 1, default: 1), try arguments.stride(at: 2),
            groups: try arguments.integer(at: 3, default: 1, "the number of groups", 1...1 << 16),
            try arguments.activation(at: 4))
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let own = try network.apply(primary, as: "cv1", to: x)
        return try network.concat([own, try network.apply(cheap, as: "cv2", to: own)])
    }
}
