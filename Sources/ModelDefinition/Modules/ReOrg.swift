/// The pixels of each 2×2 square as channels: `[]`.
///
/// Shape: `4·c₁ × h/2 × w/2`. No parameters, no multiply-adds.
struct ReOrg: PlainModule {
    static let name = "ReOrg"
    static let form = ""

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 0)
        _ = try arguments.input()
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try network.squaresToChannels(x)
    }
}
