import GraphIR

/// MobileNetV3's block: a 1×1 convolution to more channels, a depthwise one, squeeze-excite, a 1×1 back without activation; with a
/// shortcut where the shapes agree. `[channels, hidden, kernel, stride, squeeze-excite, HardSwish]`.
///
/// The hidden channels are taken as they are written, not scaled; the first convolution is left out where they are `c₁`.
///
/// Shape: `c₂ × h/s × w/s`. With `m` hidden channels, parameters: `c₁·m + 2·m + k²·m + 2·m + SE + m·c₂ + 2·c₂`, where SE is that of
/// `SqueezeExcite` to `m / 4` channels; multiply-adds: `c₁·m` a position in, `k²·m + m·c₂` a position out, and SE's. In state dictionaries:
/// `expand.…`, `dw.…`, `se.…`, `project.…`.
struct MobileNetV3InvertedResidual: PlainModule {
    static let name = "MobileNetV3_InvertedResidual"
    static let form = "channels, hidden, kernel = 3, stride = 1, squeeze-excite = False, HardSwish = False"

    private let block: InvertedResidual
    var kernel: Int? { block.depthwise.kernel }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 6)
        let (input, channels) = (try arguments.input().channels, try arguments.channels())
        let hidden = try arguments.integer(at: 1, "the number of hidden channels", 1...1 << 16)
        let stride = try arguments.integer(at: 3, default: 1, "the stride", 1...2)
        let excites = try arguments.flag(at: 4, default: false, "whether it squeezes and excites")
        let isSwish = try arguments.flag(at: 5, default: false, "whether it has HardSwish instead of ReLU")
        let activation: Activation = isSwish ? .hardSwish : .relu
        block = InvertedResidual(
            expand: hidden == input ? nil : Conv(hidden, activation),
            depthwise: DWConv(from: hidden, to: hidden, try arguments.kernel(at: 2, default: 3), stride, activation),
            excite: excites ? SqueezeExcite(hidden: max(8, hidden / 4), .relu, gate: Self.gate) : nil,
            project: Conv(channels, nil), hasShortcut: stride == 1 && input == channels)
    }

    /// max(0, min(1, x / 6 + 1/2)).
    private static let gate = Activation.hardSigmoid(alpha: 1.0 / 6, beta: 0.5)

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try block.build(x, in: &network)
    }
}

/// What the blocks of MobileNetV3 and EfficientNetV2 have in common.
struct InvertedResidual: Sendable {
    let expand: Conv?
    let depthwise: DWConv
    let excite: SqueezeExcite?
    let project: Conv
    let hasShortcut: Bool

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        var y = x
        if let expand { y = try network.apply(expand, as: "expand", to: y) }
        y = try network.apply(depthwise, as: "dw", to: y)
        if let excite { y = try network.apply(excite, as: "se", to: y) }
        y = try network.apply(project, as: "project", to: y)
        return hasShortcut ? try network.sum(x, y) : y
    }
}
