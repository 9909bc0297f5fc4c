import GraphIR

/// `SPP` with one window after the other, which comes to windows of k, 2k − 1 and 3k − 2: `[channels, window]`.
///
/// Shape: `c₂ × h × w`. With `c = ⌊c₁ / 2⌋`, parameters: `c₁·c + 2·c + 4·c·c₂ + 2·c₂`; multiply-adds: `c₁·c + 4·c·c₂` a position.
/// In state dictionaries: `cv1.…`, `cv2.…`.
struct SPPF: PlainModule {
    static let name = "SPPF"
    static let form = "channels, window = 5"

    let channels: Int
    let window: Int
    let activation: Activation?

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 2)
        channels = try arguments.channels()
        window = try arguments.integer(at: 1, default: 5, "the window's side", 1...127)
        activation = try arguments.activation(at: 2)
        if window % 2 == 0 {
            throw arguments.failure(.badArgument, "a window of \(window) has no centre; give an odd side")
        }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        var maps = [try network.apply(Conv(max(1, x.shape.channels / 2), activation), as: "cv1", to: x)]
        for _ in 0..<3 {
            maps.append(try network.maxPool(maps[maps.count - 1], kernel: window, stride: 1, padding: window / 2))
        }
        return try network.apply(Conv(channels, activation), as: "cv2", to: try network.concat(maps))
    }
}
