import GraphIR
import Tensors

extension OperatorTable {
    /// Element-by-element non-linearities.
    static let activationOperators: [String: OperatorConverter] = [
        "Relu": direct(.activation(.relu), operands: 1),
        "Sigmoid": direct(.activation(.sigmoid), operands: 1),
        "Tanh": direct(.activation(.tanh), operands: 1),
        "HardSwish": direct(.activation(.hardSwish), operands: 1),
        "Mish": direct(.activation(.mish), operands: 1),
        "LeakyRelu": { (node, builder) throws(ModelFailure) in
            let slope = try node.attributes.float("alpha", default: 0.01)
            try builder.activate(.leakyReLU(slope: slope), node)
        },
        "Elu": { (node, builder) throws(ModelFailure) in
            try builder.activate(.elu(alpha: try node.attributes.float("alpha", default: 1)), node)
        },
        "HardSigmoid": { (node, builder) throws(ModelFailure) in
            let alpha = try node.attributes.float("alpha", default: 0.2)
            try builder.activate(
                .hardSigmoid(alpha: alpha, beta: try node.attributes.float("beta", default: 0.5)), node)
        },
        "Selu": { (node, builder) throws(ModelFailure) in
            let alpha = try node.attributes.float("alpha", default: 1.673_263_2)
            let gamma = try node.attributes.float("gamma", default: 1.050_701)
            let elu = builder.intermediate(
                .activation(.elu(alpha: alpha)), [try node.requiredInput(0)], for: node, role: "elu")
            let scale = builder.constant(.scalar(gamma), for: node, role: "gamma")
            try builder.add(.binary(.multiply), [elu, scale], for: node)
        },
        "Clip": { (node, builder) throws(ModelFailure) in
            guard node.opset < 11 else { return try builder.add(.clip, node.operands(3), for: node) }
            // What the attributes default to.
            let largest = Float.greatestFiniteMagnitude
            let minimum = try node.attributes.float("min", default: -largest)
            let maximum = try node.attributes.float("max", default: largest)
            try builder.activate(.clamp(minimum: minimum, maximum: maximum), node)
        },
        "PRelu": { (node, builder) throws(ModelFailure) in
            let (x, slope) = (try node.requiredInput(0), try node.requiredInput(1))
            if let values = builder.knownValue(slope)?.floats, let value = values.first,
                values.allSatisfy({ $0 == value })
            {
                return try builder.activate(.leakyReLU(slope: value), node)
            }
            // max(x, 0) + slope * min(x, 0)
            let zero = builder.constant(.scalar(0), for: node, role: "zero")
            let positive = builder.intermediate(.binary(.maximum), [x, zero], for: node, role: "positive")
            let negative = builder.intermediate(.binary(.minimum), [x, zero], for: node, role: "negative")
            let scaled = builder.intermediate(.binary(.multiply), [negative, slope], for: node, role: "scaled")
            try builder.add(.binary(.add), [positive, scaled], for: node)
        },
        "ThresholdedRelu": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            let alpha = builder.constant(
                .scalar(try node.attributes.float("alpha", default: 1)), for: node, role: "alpha")
            let zero = builder.constant(.scalar(0), for: node, role: "zero")
            let isAbove = builder.intermediate(.binary(.greater), [x, alpha], for: node, role: "above")
            try builder.add(.select, [isAbove, x, zero], for: node)
        },
        "Swish": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            let alpha = builder.constant(
                .scalar(try node.attributes.float("alpha", default: 1)), for: node, role: "alpha")
            let scaled = builder.intermediate(.binary(.multiply), [x, alpha], for: node, role: "scaled")
            let gate = builder.intermediate(.activation(.sigmoid), [scaled], for: node, role: "gate")
            try builder.add(.binary(.multiply), [x, gate], for: node)
        },
        "Softsign": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            let one = builder.constant(.scalar(1), for: node, role: "one")
            let magnitude = builder.intermediate(.unary(.absolute), [x], for: node, role: "magnitude")
            let divisor = builder.intermediate(.binary(.add), [magnitude, one], for: node, role: "divisor")
            try builder.add(.binary(.divide), [x, divisor], for: node)
        },
        "Gelu": { (node, builder) throws(ModelFailure) in
            if try node.attributes.string("approximate") ?? "none" != "none" {
                throw node.unsupported("the tanh approximation")
            }
            // x * (1 + erf(x / √2)) / 2
            let x = try node.requiredInput(0)
            let root = builder.constant(.scalar(Float(0.5).squareRoot()), for: node, role: "root")
            let one = builder.constant(.scalar(1), for: node, role: "one")
            let half = builder.constant(.scalar(0.5), for: node, role: "half")
            let scaled = builder.intermediate(.binary(.multiply), [x, root], for: node, role: "scaled")
            let error = builder.intermediate(.unary(.erf), [scaled], for: node, role: "erf")
            let gate = builder.intermediate(.binary(.add), [error, one], for: node, role: "gate")
            let gated = builder.intermediate(.binary(.multiply), [x, gate], for: node, role: "gated")
            try builder.add(.binary(.multiply), [gated, half], for: node)
        },
    ]
}

extension GraphBuilder {
    fileprivate mutating func activate(_ activation: Activation, _ node: ImportedNode) throws(ModelFailure) {
        try node.requireSingleOutput()
        try add(.activation(activation), [try node.requiredInput(0)], for: node)
    }
}
