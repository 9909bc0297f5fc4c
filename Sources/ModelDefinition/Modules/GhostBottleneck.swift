import GraphIR

/// Two `GhostConv` with a shortcut; at stride 2 depthwise convolutions lie between and on the shortcut: `[channels, kernel, stride]`.
///
/// Shape: `c₂ × h/s × w/s`. With `c = c₂ / 2`, parameters at stride 1: those of `GhostConv` from `c₁` to `c` and from `c` to `c₂`; at
/// stride 2 also `k²·c + 2·c` between them, and `k²·c₁ + 2·c₁ + c₁·c₂ + 2·c₂` on the shortcut. Multiply-adds: the same less two for each
/// channel, each at the positions of its own result. In state dictionaries: `conv.0.…`, `conv.1.…`, `conv.2.…`, `shortcut.0.…`,
/// `shortcut.1.…`.
struct GhostBottleneck: PlainModule {
    static let name = "GhostBottleneck"
    static let form = "channels, kernel = 3, stride = 1"

    private let main: [any PlainModule]
    private let shortcut: [any PlainModule]

    init(from input: Int, to channels: Int, _ kernel: Int, _ stride: Int, _ activation: Activation?) {
        let hidden = channels / 2
        let last = GhostConv(channels, nil)
        let first = GhostConv(hidden, activation)
        // At stride 1 PyTorch has an identity in the middle, which takes the number 1.
        main =
            stride == 1
            ? [first, Identity(), last] : [first, DWConv(from: hidden, to: hidden, kernel, stride, nil), last]
        shortcut = stride == 1 ? [] : [DWConv(from: input, to: input, kernel, stride, nil), Conv(channels, nil)]
    }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 3)
        let (input, channels) = (try arguments.input().channels, try arguments.channels())
        let stride = try arguments.integer(at: 2, default: 1, "the stride", 1...2)
        guard channels % 4 == 0 else { throw arguments.wrong(0, "a multiple of 4 channels") }
        guard stride == 2 || input == channels else {
            throw arguments.failure(.badInput, "at stride 1 it needs \(channels) channels in, but gets \(input)")
        }
        self.init(
            from: input, to: channels, try arguments.kernel(at: 1, default: 3), stride,
            try arguments.activation(at: 3))
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let y = try network.chain(main, as: "conv", to: x)
        return try network.sum(y, try network.chain(shortcut, as: "shortcut", to: x))
    }
}

/// Nothing; holds a number in a chain.
struct Identity: PlainModule {
    static let name = "Identity"
    static let form = ""

    init() {}
    init(_ arguments: ModuleArguments) {}

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) -> FeatureMap { x }
}
