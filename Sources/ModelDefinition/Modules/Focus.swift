/// The pixels of each 2×2 square as channels, then a `Conv`: the arguments of `Conv`.
///
/// Shape: that of the `Conv` of `4·c₁ × h/2 × w/2`. Parameters and multiply-adds: those of a `Conv` from `4·c₁` channels. In state
/// dictionaries: `conv.conv.weight`, `conv.bn.…`.
struct Focus: PlainModule {
    static let name = "Focus"
    static let form = Conv.form

    let convolution: Conv
    var kernel: Int? { convolution.kernel }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) { convolution = try Conv(arguments) }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try network.apply(convolution, as: "conv", to: try network.squaresToChannels(x))
    }
}
