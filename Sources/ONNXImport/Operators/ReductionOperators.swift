import GraphIR
import Tensors

extension OperatorTable {
    /// Reductions and softmax.
    static let reductionOperators: [String: OperatorConverter] = [
        "ReduceMean": { (node, builder) throws(ModelFailure) in try builder.reduce(.mean, node, axesInputSince: 18) },
        "ReduceMax": { (node, builder) throws(ModelFailure) in try builder.reduce(.maximum, node, axesInputSince: 18) },
        "ReduceMin": { (node, builder) throws(ModelFailure) in try builder.reduce(.minimum, node, axesInputSince: 18) },
        "ReduceProd": { (node, builder) throws(ModelFailure) in try builder.reduce(.product, node, axesInputSince: 18)
        },
        "ReduceSum": { (node, builder) throws(ModelFailure) in try builder.reduce(.sum, node, axesInputSince: 13) },
        "Softmax": { (node, builder) throws(ModelFailure) in try builder.softmax(node) { .softmax(axis: $0) } },
        "LogSoftmax": { (node, builder) throws(ModelFailure) in
            guard node.opset >= 13 else { throw node.unsupported("an operator set below 13") }
            let axis = try node.attributes.int("axis", default: -1)
            let softmax = builder.intermediate(
                .softmax(axis: axis), [try node.requiredInput(0)], for: node, role: "softmax")
            try builder.add(.unary(.log), [softmax], for: node)
        },
    ]
}

extension GraphBuilder {
    fileprivate mutating func reduce(
        _ function: ReduceFunction, _ node: ImportedNode, axesInputSince opset: Int
    ) throws(ModelFailure) {
        let keepDimensions = try node.attributes.int("keepdims", default: 1) != 0
        var operands = try withAxes(node, sinceInput: opset)
        // An empty list of axes means all of them, or none with the attribute.
        if operands.count == 2, constants[operands[1]]?.count == 0 { operands.removeLast() }
        if operands.count == 1, try node.attributes.flag("noop_with_empty_axes") {
            return try add(.identity, operands, for: node)
        }
        try add(.reduce(function, keepDimensions: keepDimensions), operands, for: node)
    }

    /// Before operator set 13 softmax ran over all axes from `axis` on, as one.
    fileprivate mutating func softmax(
        _ node: ImportedNode, _ operation: (Int) -> Operator
    ) throws(ModelFailure) {
        let x = try node.requiredInput(0)
        if node.opset >= 13 { return try add(operation(try node.attributes.int("axis", default: -1)), [x], for: node) }
        let axis = try node.attributes.int("axis", default: 1)
        if axis == -1 { return try add(operation(-1), [x], for: node) }
        let shape = intermediate(.shape, [x], for: node, role: "shape")
        let rows = intermediate(.flatten(axis: axis), [x], for: node, role: "rows")
        let result = intermediate(operation(1), [rows], for: node, role: "softmax")
        try add(.reshape(allowZero: false), [result, shape], for: node)
    }
}
