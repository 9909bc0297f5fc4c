/// A `C3` whose 3×3 convolutions are depthwise separable: `[channels, shortcut, groups, expansion]`, where groups has no effect.
///
/// Shape: `c₂ × h × w`. With `c = ⌊e·c₂⌋` and `n` bottlenecks, parameters: `2·(c₁·c + 2·c) + n·(2·c² + 15·c) + 2·c·c₂ + 2·c₂`;
/// multiply-adds: `2·c₁·c + n·(2·c² + 9·c) + 2·c·c₂` a position. In state dictionaries: those of `C3`, with `m.0.cv2.dw.…` and `….pw.…`.
struct C3DW: PlainModule {
    static let name = "C3DW"
    static let form = "channels, shortcut = True, groups = 1, expansion = 0.5"
    static let takesRepetitions = true

    let frame: CrossStage

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        frame = try CrossStage(arguments) { parts in
            Bottleneck(
                first: Conv(parts.hidden, parts.activation),
                second: DSConv(from: parts.hidden, to: parts.hidden, 3, 1, parts.activation),
                hasShortcut: parts.hasShortcut)
        }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try frame.build(x, in: &network)
    }
}
