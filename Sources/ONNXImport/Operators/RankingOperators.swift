import GraphIR
import Tensors

extension OperatorTable {
    /// Operators that find the best elements along an axis.
    static let rankingOperators: [String: OperatorConverter] = [
        "TopK": { (node, builder) throws(ModelFailure) in
            let (x, k) = (try node.requiredInput(0), try builder.count(node))
            let axis = try node.attributes.int("axis", default: -1)
            let largest = try node.attributes.int("largest", default: 1)
            // Whether the results have to be sorted does not matter: they always are.
            let operation = Operator.topIndices(axis: axis, isLargest: node.opset < 11 || largest != 0)
            let outputs: [String?] = node.outputs.map { $0.isEmpty ? nil : $0 } + [nil, nil]
            guard node.outputs.count <= 2, outputs[0] != nil || outputs[1] != nil else {
                throw node.invalid("has \(node.outputs.count) outputs")
            }
            let indices = outputs[1] ?? builder.intermediateName(for: node, role: "indices")
            builder.add(operation, [x, k], as: indices, for: node)
            if let values = outputs[0] {
                builder.add(.gatherElements(axis: axis), [x, indices], as: values, for: node)
            }
        },
        "ArgMax": { (node, builder) throws(ModelFailure) in try builder.addBest(node, isLargest: true) },
        "ArgMin": { (node, builder) throws(ModelFailure) in try builder.addBest(node, isLargest: false) },
    ]
}

extension GraphBuilder {
    /// TopK's k, an attribute before operator set 10.
    fileprivate mutating func count(_ node: ImportedNode) throws(ModelFailure) -> String {
        guard node.opset < 10 else { return try node.requiredInput(1) }
        guard let k = try node.attributes.int("k") else { throw node.invalid("has no k") }
        return constant([k], for: node, role: "k")
    }

    /// The index of the best element along an axis, the first of equal ones.
    fileprivate mutating func addBest(_ node: ImportedNode, isLargest: Bool) throws(ModelFailure) {
        guard try !node.attributes.flag("select_last_index") else { throw node.unsupported("select_last_index") }
        let x = try node.requiredInput(0)
        let axis = try node.attributes.int("axis", default: 0)
        let operands = [x, constant([1], for: node, role: "k")]
        let operation = Operator.topIndices(axis: axis, isLargest: isLargest)
        if try node.attributes.int("keepdims", default: 1) != 0 { return try add(operation, operands, for: node) }
        let indices = intermediate(operation, operands, for: node, role: "indices")
        try add(.squeeze, [indices, constant([axis], for: node, role: "axis")], for: node)
    }
}
