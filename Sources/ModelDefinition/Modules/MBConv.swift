import GraphIR

/// EfficientNetV2's block for late layers: a 1×1 convolution to more channels, a depthwise one, squeeze-excite, a 1×1 back without
/// activation; a shortcut where the shapes agree. `[channels, kernel, stride, expansion, squeeze]`.
///
/// Shape: `c₂ × h/s × w/s`. With `m = ⌊e·c₁⌋`, parameters: `c₁·m + 2·m + k²·m + 2·m + SE + m·c₂ + 2·c₂`, where SE is that of `SqueezeExcite`
/// to `⌊squeeze·c₁⌋` channels and absent where squeeze is 0; multiply-adds: `c₁·m` a position in, `k²·m + m·c₂` a position out, and SE's.
/// In state dictionaries: `expand.…`, `dw.…`, `se.…`, `project.…`.
struct MBConv: PlainModule {
    static let name = "MBConv"
    static let form = "channels, kernel = 3, stride = 1, expansion = 4, squeeze = 0.25"

    private let block: InvertedResidual
    var kernel: Int? { block.depthwise.kernel }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 5)
        let (input, channels) = (try arguments.input().channels, try arguments.channels())
        let side = try arguments.kernel(at: 1, default: 3)
        let stride = try arguments.integer(at: 2, default: 1, "the stride", 1...2)
        let hidden = Int(Double(input) * (try arguments.number(at: 3, default: 4, "the expansion", 1...16)))
        let squeeze = try arguments.number(at: 4, default: 0.25, "what squeeze-excite narrows to", 0...1)
        block = InvertedResidual(
            expand: hidden == input ? nil : Conv(hidden, .silu),
            depthwise: DWConv(from: hidden, to: hidden, side, stride, .silu),
            excite: squeeze == 0
                ? nil : SqueezeExcite(hidden: max(1, Int(Double(input) * squeeze)), .silu, gate: .sigmoid),
            project: Conv(channels, nil), hasShortcut: stride == 1 && input == channels)
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try block.build(x, in: &network)
    }
}
