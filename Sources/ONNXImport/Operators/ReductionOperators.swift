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
        "ReduceL1": { (node, builder) throws(ModelFailure) in
            try builder.reduce(
                .sum, node, axesInputSince: 18,
                before: { $0.intermediate(.unary(.absolute), [$1], for: node, role: "absolute") })
        },
        "ReduceSumSquare": { (node, builder) throws(ModelFailure) in
            try builder.reduce(
                .sum, node, axesInputSince: 18,
                before: { $0.intermediate(.binary(.multiply), [$1, $1], for: node, role: "square") })
        },
        "ReduceL2": { (node, builder) throws(ModelFailure) in
            try builder.reduce(
                .sum, node, axesInputSince: 18,
                before: { $0.intermediate(.binary(.multiply), [$1, $1], for: node, role: "square") }, behind: .sqrt)
        },
        "ReduceLogSum": { (node, builder) throws(ModelFailure) in
            try builder.reduce(.sum, node, axesInputSince: 18, behind: .log)
        },
        "Softmax": { (node, builder) throws(ModelFailure) in try builder.softmax(node) },
        "LogSoftmax": { (node, builder) throws(ModelFailure) in
            try builder.softmax(node, behind: .log)
        },
    ]
}

extension GraphBuilder {
    /// - Parameters:
    ///   - before: adds what is done to each element first, and returns its result.
    ///   - behind: what is done to the result.
    fileprivate mutating func reduce(
        _ function: ReduceFunction, _ node: ImportedNode, axesInputSince opset: Int,
        before: ((inout GraphBuilder, String) -> String)? = nil, behind: UnaryFunction? = nil
    ) throws(ModelFailure) {
        let keepDimensions = try node.attributes.int("keepdims", default: 1) != 0
        var operands = try withAxes(node, sinceInput: opset)
        // An empty list of axes means all of them, or none with the attribute.
        if operands.count == 2, constants[operands[1]]?.count == 0 { operands.removeLast() }
        if let before { operands[0] = before(&self, operands[0]) }
        var operation = Operator.reduce(function, keepDimensions: keepDimensions)
        if operands.count == 1, try node.attributes.flag("noop_with_empty_axes") { operation = .identity }
        try add(operation, operands, behind: behind, for: node)
    }

    /// A node, and where `behind` is not nil that function of its result.
    private mutating func add(
        _ operation: Operator, _ operands: [String], behind: UnaryFunction?, for node: ImportedNode
    ) throws(ModelFailure) {
        guard let behind else { return try add(operation, operands, for: node) }
        let inner = intermediate(operation, operands, for: node, role: "inner")
        try add(.unary(behind), [inner], for: node)
    }

    /// Before operator set 13 softmax ran over all axes from `axis` on, as one.
    fileprivate mutating func softmax(_ node: ImportedNode, behind: UnaryFunction? = nil) throws(ModelFailure) {
        let x = try node.requiredInput(0)
        let axis = try node.attributes.int("axis", default: node.opset >= 13 ? -1 : 1)
        if node.opset >= 13 || axis == -1 { return try add(.softmax(axis: axis), [x], behind: behind, for: node) }
        let shape = intermediate(.shape, [x], for: node, role: "shape")
        let rows = intermediate(.flatten(axis: axis), [x], for: node, role: "rows")
        let result = intermediate(.softmax(axis: 1), [rows], for: node, role: "softmax")
        try add(.reshape(allowZero: false), [result, shape], behind: behind, for: node)
    }
}
