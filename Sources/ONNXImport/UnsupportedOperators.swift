/// Distinct operators that have no converter, in the order they were met.
struct UnsupportedOperators {
    private var order: [String] = []
    private var nodes: [String: [String]] = [:]

    mutating func add(_ operation: String, node: String) {
        if nodes[operation] == nil { order.append(operation) }
        nodes[operation, default: []].append(node)
    }

    /// One error that names all of them, or nil where there are none.
    func failure(opset: Int) -> ModelFailure? {
        guard !order.isEmpty else { return nil }
        let list = order.map { operation in
            let names = nodes[operation] ?? []
            let more = names.count > 1 ? " and \(names.count - 1) more" : ""
            return "\(operation) (node '\(names[0])'\(more))"
        }
        let what = order.count == 1 ? "this operator is" : "these operators are"
        return ModelFailure(
            .unsupportedOperator, "convert",
            "\(what) not supported, opset \(opset): \(list.joined(separator: ", ")); choose outputs before, or export "
                + "the model without")
    }
}
