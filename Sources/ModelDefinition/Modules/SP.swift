/// The largest of the window around each pixel: `[window, stride]`.
///
/// Shape: `c₁ × ⌊(h − 1)/s⌋ + 1`, the same for the width. No parameters, no multiply-adds.
struct SP: PlainModule {
    static let name = "SP"
    static let form = "window = 3, stride = 1"

    private let window: Int
    private let stride: Int

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 2)
        _ = try arguments.input()
        window = try arguments.integer(at: 0, default: 3, "the window's side", 1...127)
        stride = try arguments.stride(at: 1)
        guard window % 2 == 1 else { throw arguments.wrong(0, "an odd side, so that the window has a centre") }
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        try network.maxPool(x, kernel: window, stride: stride, padding: window / 2)
    }
}
