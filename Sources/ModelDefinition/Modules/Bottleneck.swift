import GraphIR

/// A 1×1 convolution to fewer channels and a 3×3 one, with a shortcut where the shapes agree:
/// `[channels, shortcut, groups, expansion]`.
///
/// Shape: `c₂ × h × w`. With `c = ⌊e·c₂⌋`, parameters: `c₁·c + 2·c + 9·c·c₂ / g + 2·c₂`; multiply-adds: `c₁·c + 9·c·c₂ / g` a position.
/// In state dictionaries: `cv1.…`, `cv2.…`.
struct Bottleneck: PlainModule {
    static let name = "Bottleneck"
    static let form = "channels, shortcut = True, groups = 1, expansion = 0.5"

    let first: Conv
    /// `Conv`, or something cheaper in its place.
    let second: any PlainModule
    let hasShortcut: Bool

    init(first: Conv, second: any PlainModule, hasShortcut: Bool) {
        self.first = first
        self.second = second
        self.hasShortcut = hasShortcut
    }

    /// One whose second convolution is a `Conv`.
    init(_ channels: Int, hidden: Int, groups: Int, hasShortcut: Bool, _ activation: Activation?) {
        var form = ConvolutionForm(channels: channels, kernel: 3)
        form.groups = groups
        self.init(first: Conv(hidden, activation), second: Conv(form, activation), hasShortcut: hasShortcut)
    }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 4)
        let channels = try arguments.channels()
        let wantsShortcut = try arguments.flag(at: 1, default: true, "whether there is a shortcut")
        let keepsChannels = try arguments.input().channels == channels
        self.init(
            channels, hidden: try arguments.hidden(of: channels, at: 3),
            groups: try arguments.integer(at: 2, default: 1, "the number of groups", 1...1 << 16),
            hasShortcut: wantsShortcut && keepsChannels,
            try arguments.activation(at: arguments.count))
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let narrow = try network.apply(first, as: "cv1", to: x)
        let y = try network.apply(second, as: "cv2", to: narrow)
        return hasShortcut ? try network.sum(x, y) : y
    }
}

extension ModuleArguments {
    /// `channels` times the expansion at `position`, rounded down; at least 1.
    func hidden(of channels: Int, at position: Int) throws(ModelDefinitionError) -> Int {
        max(1, Int(Double(channels) * (try number(at: position, default: 0.5, "the expansion", 0.01...16))))
    }
}
