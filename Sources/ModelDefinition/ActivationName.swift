import GraphIR

/// An activation as definitions write it: the expression that makes PyTorch's module.
struct ActivationName {
    /// Nil for the identity.
    let activation: Activation?

    static let examples =
        "nn.SiLU(), nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(0.1), nn.Hardswish(), nn.Mish(), nn.Identity()"

    /// Nil where `text` is none that is known.
    init?(_ text: String) {
        let name = text.prefix { $0 != "(" }
        let inside = text.dropFirst(name.count)
        guard inside.isEmpty || inside.hasPrefix("(") && inside.hasSuffix(")") else { return nil }
        let argument =
            inside.dropFirst().dropLast()
            .split(separator: "=").last.map { $0.filter { !$0.isWhitespace } } ?? ""
        guard argument.isEmpty || argument == "True" || name == "nn.LeakyReLU" else { return nil }
        switch name {
        case "nn.SiLU": activation = .silu
        case "nn.ReLU": activation = .relu
        case "nn.ReLU6": activation = .clamp(minimum: 0, maximum: 6)
        case "nn.Hardswish": activation = .hardSwish
        case "nn.Mish": activation = .mish
        case "nn.Sigmoid": activation = .sigmoid
        case "nn.Tanh": activation = .tanh
        case "nn.Identity": activation = nil
        case "nn.LeakyReLU":
            // PyTorch's own slope where none is given.
            guard let slope = argument.isEmpty ? 0.01 : Float(argument), slope.isFinite else { return nil }
            activation = .leakyReLU(slope: slope)
        default: return nil
        }
    }
}
