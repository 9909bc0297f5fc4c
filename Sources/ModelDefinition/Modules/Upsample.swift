/// Every pixel several times: `[None, factor, nearest]`.
///
/// Shape: `c₁ × f·h × f·w`. No parameters, no multiply-adds.
struct Upsample: PlainModule {
    static let name = "nn.Upsample"
    static let form = "None, factor = 2, 'nearest'"

    private let factor: Int

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 3)
        _ = try arguments.input()
        guard [nil, ModuleArgument.none].contains(arguments[0]) else {
            throw arguments.wrong(0, "None; give a factor instead of a size")
        }
        factor = try arguments.integer(at: 1, default: 2, "the factor", 1...16)
        guard [nil, .text("nearest")].contains(arguments[2]) else { throw arguments.wrong(2, "'nearest'") }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try network.enlarged(x, by: factor)
    }
}
