/// A `C3` of `GhostBottleneck` in place of `Bottleneck`: `[channels, shortcut, groups, expansion]`, of which shortcut and groups have no
/// effect.
///
/// Shape: `c₂ × h × w`. Parameters and multiply-adds: those of `C3` with `n` `GhostBottleneck` from `c` to `c`, `c = ⌊e·c₂⌋`. In state
/// dictionaries: those of `C3`, with `m.0.conv.0.…`.
struct C3Ghost: PlainModule {
    static let name = "C3Ghost"
    static let form = "channels, shortcut = True, groups = 1, expansion = 0.5"
    static let takesRepetitions = true

    let frame: CrossStage

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        let hidden = try arguments.hidden(of: try arguments.channels(), at: 3)
        guard hidden % 4 == 0 else {
            throw arguments.failure(.badArgument, "\(hidden) channels inside are no multiple of 4; give it more")
        }
        frame = try CrossStage(arguments) { parts in
            GhostBottleneck(from: parts.hidden, to: parts.hidden, 3, 1, parts.activation)
        }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try frame.build(x, in: &network)
    }
}
