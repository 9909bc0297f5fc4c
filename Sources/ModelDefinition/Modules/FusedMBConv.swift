import GraphIR

/// EfficientNetV2's block for early layers: a k×k convolution to more channels and a 1×1 back without activation; with expansion 1 one
/// k×k convolution only. A shortcut where the shapes agree. `[channels, kernel, stride, expansion]`.
///
/// Shape: `c₂ × h/s × w/s`. With `m = ⌊e·c₁⌋`, parameters: `k²·c₁·m + 2·m + m·c₂ + 2·c₂`, at expansion 1 `k²·c₁·c₂ + 2·c₂`; multiply-adds:
/// `k²·c₁·m + m·c₂`, at expansion 1 `k²·c₁·c₂`, a position out. In state dictionaries: `expand.…` and `project.…`, or `project.…` only.
struct FusedMBConv: PlainModule {
    static let name = "FusedMBConv"
    static let form = "channels, kernel = 3, stride = 1, expansion = 4"

    private let expand: Conv?
    private let project: Conv
    private let hasShortcut: Bool
    var kernel: Int? { (expand ?? project).kernel }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 4)
        let (input, channels) = (try arguments.input().channels, try arguments.channels())
        let (side, stride) = (
            try arguments.kernel(at: 1, default: 3), try arguments.integer(at: 2, default: 1, "the stride", 1...2)
        )
        let expansion = try arguments.number(at: 3, default: 4, "the expansion", 1...16)
        if expansion == 1 {
            (expand, project) = (nil, Conv(channels, side, stride, .silu))
        } else {
            (expand, project) = (Conv(Int(Double(input) * expansion), side, stride, .silu), Conv(channels, nil))
        }
        hasShortcut = stride == 1 && input == channels
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        var y = x
        if let expand { y = try network.apply(expand, as: "expand", to: y) }
        y = try network.apply(project, as: "project", to: y)
        return hasShortcut ? try network.sum(x, y) : y
    }
}
