import GraphIR

/// Bottlenecks beside a 1×1 convolution, joined by another: `[channels, shortcut, groups, expansion]`.
///
/// Shape: `c₂ × h × w`. With `c = ⌊e·c₂⌋` and `n` bottlenecks, parameters: `2·(c₁·c + 2·c) + n·(10·c² + 4·c) + 2·c·c₂ + 2·c₂` (groups 1);
/// multiply-adds: `2·c₁·c + 10·n·c² + 2·c·c₂` a position. In state dictionaries: `cv1.…`, `m.0.…`, `cv2.…`, `cv3.…`.
struct C3: PlainModule {
    static let name = "C3"
    static let form = "channels, shortcut = True, groups = 1, expansion = 0.5"
    static let takesRepetitions = true

    let frame: CrossStage

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        frame = try CrossStage(arguments) { parts in
            Bottleneck(
                parts.hidden, hidden: parts.hidden, groups: parts.groups, hasShortcut: parts.hasShortcut,
                parts.activation)
        }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try frame.build(x, in: &network)
    }
}

/// What `C3` and its kin have in common: two ways through the block, one of them through a chain of parts.
struct CrossStage: Sendable {
    /// What a part is made from.
    struct Parts {
        let hidden: Int
        let groups: Int
        let hasShortcut: Bool
        let activation: Activation?
    }

    private let hidden: Int
    private let channels: Int
    private let activation: Activation?
    private let chain: [any PlainModule]

    init(
        _ arguments: ModuleArguments, part: (Parts) -> any PlainModule
    ) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 4)
        _ = try arguments.input()
        channels = try arguments.channels()
        hidden = try arguments.hidden(of: channels, at: 3)
        activation = try arguments.activation(at: arguments.count)
        let parts = Parts(
            hidden: hidden, groups: try arguments.integer(at: 2, default: 1, "the number of groups", 1...1 << 16),
            hasShortcut: try arguments.flag(at: 1, default: true, "whether there are shortcuts"),
            activation: activation)
        chain = (0..<arguments.repetitions).map { _ in part(parts) }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let entered = try network.apply(Conv(hidden, activation), as: "cv1", to: x)
        let deep = try network.chain(chain, as: "m", to: entered)
        let direct = try network.apply(Conv(hidden, activation), as: "cv2", to: x)
        let joined = try network.concat([deep, direct])
        return try network.apply(Conv(channels, activation), as: "cv3", to: joined)
    }
}
