import GraphIR
import Tensors

extension OperatorTable {
    /// Element-by-element arithmetic.
    static let arithmeticOperators: [String: OperatorConverter] = [
        "Add": direct(.binary(.add), operands: 2),
        "Sub": direct(.binary(.subtract), operands: 2),
        "Mul": direct(.binary(.multiply), operands: 2),
        "Div": direct(.binary(.divide), operands: 2),
        "Pow": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            var exponent = try node.requiredInput(1)
            // The exponent may be of another type than the base, which decides the result's.
            if let integers = builder.knownValue(exponent)?.integers, let shape = builder.knownValue(exponent)?.shape {
                exponent = builder.constant(
                    Tensor(integers.map { Float($0) }, shape: shape), for: node, role: "exponent")
            }
            try builder.add(.binary(.power), [x, exponent], for: node)
        },
        "Mod": { (node, builder) throws(ModelFailure) in
            guard try !node.attributes.flag("fmod") else { throw node.unsupported("fmod") }
            try builder.add(.binary(.modulo), [try node.requiredInput(0), try node.requiredInput(1)], for: node)
        },
        "Exp": direct(.unary(.exp), operands: 1),
        "Log": direct(.unary(.log), operands: 1),
        "Sqrt": direct(.unary(.sqrt), operands: 1),
        "Neg": direct(.unary(.negate), operands: 1),
        "Abs": direct(.unary(.absolute), operands: 1),
        "Floor": direct(.unary(.floor), operands: 1),
        "Ceil": direct(.unary(.ceil), operands: 1),
        "Round": direct(.unary(.round), operands: 1),
        "Reciprocal": direct(.unary(.reciprocal), operands: 1),
        "Erf": direct(.unary(.erf), operands: 1),
        "Softplus": direct(.unary(.softplus), operands: 1),
        "Min": { (node, builder) throws(ModelFailure) in try builder.chain(.minimum, node) },
        "Max": { (node, builder) throws(ModelFailure) in try builder.chain(.maximum, node) },
        "Sum": { (node, builder) throws(ModelFailure) in try builder.chain(.add, node) },
        "Mean": { (node, builder) throws(ModelFailure) in
            _ = try node.requiredInput(0)
            var sum = node.inputs[0]
            for input in node.inputs.dropFirst() {
                sum = builder.intermediate(.binary(.add), [sum, input], for: node, role: "sum")
            }
            let count = builder.constant(.scalar(Float(node.inputs.count)), for: node, role: "count")
            try builder.add(.binary(.divide), [sum, count], for: node)
        },
    ]

    /// Comparisons and logic; `bool` minimum and maximum are AND and OR.
    static let comparisonOperators: [String: OperatorConverter] = [
        "Equal": direct(.binary(.equal), operands: 2),
        "Greater": direct(.binary(.greater), operands: 2),
        "Less": direct(.binary(.less), operands: 2),
        "GreaterOrEqual": { (node, builder) throws(ModelFailure) in try builder.compareOrEqual(.greater, node) },
        "LessOrEqual": { (node, builder) throws(ModelFailure) in try builder.compareOrEqual(.less, node) },
        "Where": direct(.select, operands: 3),
        "IsNaN": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            let equal = builder.intermediate(.binary(.equal), [x, x], for: node, role: "equal")
            try builder.add(.unary(.not), [equal], for: node)
        },
        "Not": direct(.unary(.not), operands: 1),
        "And": direct(.binary(.minimum), operands: 2),
        "Or": direct(.binary(.maximum), operands: 2),
        "Xor": { (node, builder) throws(ModelFailure) in
            let equal = builder.intermediate(.binary(.equal), node.inputs, for: node, role: "equal")
            try builder.add(.unary(.not), [equal], for: node)
        },
    ]
}

extension GraphBuilder {
    /// An operator of any number of operands as a chain of binary ones.
    fileprivate mutating func chain(_ function: BinaryFunction, _ node: ImportedNode) throws(ModelFailure) {
        var result = try node.requiredInput(0)
        guard node.inputs.count > 1 else { return try add(.identity, [result], for: node) }
        for input in node.inputs.dropFirst().dropLast() {
            result = intermediate(.binary(function), [result, input], for: node, role: "part")
        }
        try add(.binary(function), [result, node.inputs[node.inputs.count - 1]], for: node)
    }

    fileprivate mutating func compareOrEqual(_ function: BinaryFunction, _ node: ImportedNode) throws(ModelFailure) {
        let operands = [try node.requiredInput(0), try node.requiredInput(1)]
        let strict = intermediate(.binary(function), operands, for: node, role: "strict")
        let equal = intermediate(.binary(.equal), operands, for: node, role: "equal")
        try add(.binary(.maximum), [strict, equal], for: node)
    }
}
