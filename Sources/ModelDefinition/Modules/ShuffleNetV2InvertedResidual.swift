import GraphIR

/// ShuffleNetV2's block: at stride 1 one half of the channels goes through three convolutions, at stride 2 all of them go two ways;
/// then the channels of both are shuffled. `[channels, stride]`.
///
/// Shape: `c₂ × h/s × w/s`. With `c = c₂ / 2`, parameters at stride 1: `2·(c² + 2·c) + 9·c + 2·c`; at stride 2:
/// `c₁·c + 2·c + 9·c + 2·c + c² + 2·c` and, on the other way, `9·c₁ + 2·c₁ + c₁·c + 2·c`. Multiply-adds: the products of these, each at the
/// positions of its own result. In state dictionaries: `branch1.dw.…`, `branch1.pw.…`, `branch2.pw1.…`, `branch2.dw.…`, `branch2.pw2.…`.
struct ShuffleNetV2InvertedResidual: PlainModule {
    static let name = "ShuffleNetV2_InvertedResidual"
    static let form = "channels, stride = 1"

    private let channels: Int
    private let stride: Int
    var kernel: Int? { 3 }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 2)
        channels = try arguments.channels()
        stride = try arguments.integer(at: 1, default: 1, "the stride", 1...2)
        guard channels % 2 == 0 else { throw arguments.wrong(0, "an even number of channels") }
        let input = try arguments.input().channels
        guard stride == 2 || input == channels else {
            throw arguments.failure(.badInput, "at stride 1 it needs \(channels) channels in, but gets \(input)")
        }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let half = channels / 2
        let branch = ShuffleBranch(channels: half, stride: stride)
        guard stride == 1 else {
            let direct = try network.apply(DownsamplingBranch(channels: half, stride: stride), as: "branch1", to: x)
            let deep = try network.apply(branch, as: "branch2", to: x)
            return try network.shuffled(try network.concat([direct, deep]))
        }
        let (kept, worked) = try network.halves(x)
        let deep = try network.apply(branch, as: "branch2", to: worked)
        return try network.shuffled(try network.concat([kept, deep]))
    }
}

/// The way with three convolutions.
private struct ShuffleBranch: PlainModule {
    static let name = "ShuffleNetV2 branch"
    static let form = ""
    let channels: Int
    let stride: Int

    init(channels: Int, stride: Int) { (self.channels, self.stride) = (channels, stride) }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        throw arguments.failure(.unknownModule, "it is a part of other modules, not one for itself")
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let entered = try network.apply(Conv(channels, .relu), as: "pw1", to: x)
        let filtered = try network.apply(DWConv(from: channels, to: channels, 3, stride, nil), as: "dw", to: entered)
        return try network.apply(Conv(channels, .relu), as: "pw2", to: filtered)
    }
}

/// The way that at stride 2 stands where else half of the channels is kept.
private struct DownsamplingBranch: PlainModule {
    static let name = "ShuffleNetV2 shortcut"
    static let form = ""
    let channels: Int
    let stride: Int

    init(channels: Int, stride: Int) { (self.channels, self.stride) = (channels, stride) }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        throw arguments.failure(.unknownModule, "it is a part of other modules, not one for itself")
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let input = x.shape.channels
        let filtered = try network.apply(DWConv(from: input, to: input, 3, stride, nil), as: "dw", to: x)
        return try network.apply(Conv(channels, .relu), as: "pw", to: filtered)
    }
}
