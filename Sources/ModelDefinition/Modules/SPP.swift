import GraphIR

/// Largest values of windows of several sizes, beside each other: `[channels, windows]`.
///
/// Shape: `c₂ × h × w`. With `c = ⌊c₁ / 2⌋` and `w` windows, parameters: `c₁·c + 2·c + (w + 1)·c·c₂ + 2·c₂`; multiply-adds:
/// `c₁·c + (w + 1)·c·c₂` a position. In state dictionaries: `cv1.…`, `cv2.…`.
struct SPP: PlainModule {
    static let name = "SPP"
    static let form = "channels, windows = [5, 9, 13]"

    let channels: Int
    let windows: [Int]
    let activation: Activation?

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 2)
        channels = try arguments.channels()
        windows = try arguments.integers(at: 1, default: [5, 9, 13], "the windows' sides", 1...127)
        activation = try arguments.activation(at: 2)
        if let even = windows.first(where: { $0 % 2 == 0 }) {
            throw arguments.failure(.badArgument, "a window of \(even) has no centre; give odd sides")
        }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let narrow = try network.apply(Conv(max(1, x.shape.channels / 2), activation), as: "cv1", to: x)
        var maps = [narrow]
        for window in windows {
            maps.append(try network.maxPool(narrow, kernel: window, stride: 1, padding: window / 2))
        }
        return try network.apply(Conv(channels, activation), as: "cv2", to: try network.concat(maps))
    }
}
