import GraphIR

/// A depthwise separable convolution, one filter a channel and then a 1×1 convolution, each with batch norm and activation:
/// `[channels, kernel, stride, activation]`.
///
/// Shape: that of a `Conv` of the same kernel and stride. Parameters: `k²·c₁ + 2·c₁ + c₁·c₂ + 2·c₂`. Multiply-adds: `k²·c₁ + c₁·c₂` a
/// position, `1/c₂ + 1/k²` of what a `Conv` costs. In state dictionaries: `dw.…` and `pw.…`, both as `Conv`.
struct DSConv: PlainModule {
    static let name = "DSConv"
    static let form = "channels, kernel = 3, stride = 1, activation = True"

    let depthwise: DWConv
    let pointwise: Conv

    var kernel: Int? { depthwise.kernel }

    init(from input: Int, to channels: Int, _ kernel: Int, _ stride: Int, _ activation: Activation?) {
        depthwise = DWConv(from: input, to: input, kernel, stride, activation)
        pointwise = Conv(channels, activation)
    }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 4)
        self.init(
            from: try arguments.input().channels, to: try arguments.channels(),
            try arguments.kernel(at: 1, default: 3), try arguments.stride(at: 2), try arguments.activation(at: 3))
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let filtered = try network.apply(depthwise, as: "dw", to: x)
        return try network.apply(pointwise, as: "pw", to: filtered)
    }
}
