import GraphIR

/// Each channel times a gate that two small layers find from the means of all channels; a part of other modules.
///
/// Shape: that of its input. With `r` hidden channels, parameters: `c·r + r + r·c + c`; multiply-adds: `2·c·r` for a picture. In state
/// dictionaries: `fc1.weight`, `fc1.bias`, `fc2.weight`, `fc2.bias`, both as 1×1 convolutions.
struct SqueezeExcite: PlainModule {
    static let name = "SqueezeExcite"
    static let form = ""

    let hidden: Int
    let activation: Activation
    let gate: Activation

    init(hidden: Int, _ activation: Activation, gate: Activation) {
        self.hidden = hidden
        self.activation = activation
        self.gate = gate
    }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        throw arguments.failure(.unknownModule, "it is a part of other modules, not one for itself")
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        let mean = try network.mean(x)
        let narrow = try network.biasedConvolution(mean, ConvolutionForm(channels: hidden, kernel: 1), as: "fc1")
        let active = try network.activation(narrow, activation)
        let wide = try network.biasedConvolution(
            active, ConvolutionForm(channels: x.shape.channels, kernel: 1), as: "fc2")
        return try network.gated(x, by: try network.activation(wide, gate, as: "gate"))
    }
}
