/// The largest of each k×k square: `[k]`.
///
/// Shape: `c₁ × ⌊h/k⌋ × ⌊w/k⌋`. No parameters, no multiply-adds.
struct MP: PlainModule {
    static let name = "MP"
    static let form = "side = 2"

    private let side: Int

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 1)
        _ = try arguments.input()
        side = try arguments.integer(at: 0, default: 2, "the square's side", 1...127)
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try network.maxPool(x, kernel: side, stride: side, padding: 0)
    }
}
