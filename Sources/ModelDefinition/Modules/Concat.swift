/// The channels of several maps, one after the other: `[1]`.
///
/// Shape: the sum of the channels, the common height and width. No parameters, no multiply-adds.
struct Concat: NetworkModule {
    static let name = "Concat"
    static let form = "axis = 1"

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 1)
        _ = try arguments.integer(at: 0, default: 1, "the axis of channels", 1...1)
    }

    func build(_ inputs: [FeatureMap], in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap? {
        try network.concat(inputs)
    }
}
