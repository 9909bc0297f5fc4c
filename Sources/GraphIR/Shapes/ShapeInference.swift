package import Tensors

/// Finds the type of every value of a graph from the shapes of its inputs, following shape arithmetic (`Shape`, `Gather`,
/// `Concat`, … down to `Reshape`) through the constants it meets.
package struct ShapeInference: Sendable {
    /// No value may have more elements than this (2 GiB of float32).
    package static let maximumElements = 1 << 29
    /// No value may have more axes than this.
    package static let maximumRank = 64

    /// Type of every input, constant and result.
    package private(set) var types: [String: TensorType] = [:]
    /// Results that do not depend on the input's elements, as far as they were worth computing.
    private(set) var folded: [String: Tensor] = [:]

    /// Results of suppressions.
    private var suppressed: Set<String> = []
    private let constants: [String: Tensor]
    private var budget: FoldingBudget

    /// The type of every value.
    /// - Parameters:
    ///   - graph: nodes in topological order.
    ///   - inputShapes: the shape of each input by name; may be left out where the graph fixes all extents.
    /// - Throws: naming the first node whose operands do not fit.
    package static func infer(
        _ graph: Graph, inputShapes: [String: Shape] = [:]
    ) throws(GraphError) -> [String: TensorType] {
        try ShapeInference(graph, inputShapes: inputShapes, budget: .shapeArithmetic).types
    }

    /// The value `name` where it does not depend on the elements of the inputs and is small enough to be found with shapes; else nil.
    ///
    /// Parameters and errors as of `infer`.
    package static func value(
        of name: String, in graph: Graph, inputShapes: [String: Shape] = [:]
    ) throws(GraphError) -> Tensor? {
        if let constant = graph.constants[name] { return constant }
        return try ShapeInference(graph, inputShapes: inputShapes, budget: .shapeArithmetic).folded[name]
    }

    init(_ graph: Graph, inputShapes: [String: Shape], budget: FoldingBudget) throws(GraphError) {
        self.budget = budget
        constants = graph.constants
        for (name, tensor) in constants { types[name] = TensorType(tensor.elementType, tensor.shape) }
        for input in graph.inputs {
            types[input.name] = TensorType(input.elementType, try input.bound(to: inputShapes[input.name]))
        }
        for name in inputShapes.keys.sorted() where !graph.inputs.contains(where: { $0.name == name }) {
            throw GraphError(
                .inputShape, operation: "Input", subject: name,
                reason: "the model has no such input; it has \(graph.inputs.map(\.name).joined(separator: ", "))")
        }
        for node in graph.nodes { try visit(node) }
    }

    private mutating func visit(_ node: Node) throws(GraphError) {
        let operands = Operands(
            node: node, types: node.inputs.map { types[$0] }, values: node.inputs.map { constants[$0] ?? folded[$0] })
        if let rows = node.inputs.first(where: suppressed.contains) {
            throw operands.failure(
                .dataDependentShape,
                "reads '\(rows)', whose number of rows is known only at run time; choose outputs before it")
        }
        let results = try operands.resultTypes()
        for (name, type) in zip(node.outputs, results) { types[name] = type }
        if case .shape = node.operation {
            folded[node.outputs[0]] = .vector(try operands.shape(0).dimensions.map(Int64.init))
        } else if case .nonMaximumSuppression = node.operation {
            // How many rows there are is not said by the type, so nothing may read them.
            suppressed.formUnion(node.outputs)
        } else if operands.areAllKnown, budget.admits(operands, results: results) {
            let values = try ReferenceEvaluator.evaluate(node, operands: operands.values)
            for (name, value) in zip(node.outputs, values) { folded[name] = value }
        }
    }
}

extension Operands {
    fileprivate var areAllKnown: Bool {
        for (index, value) in values.enumerated() where value == nil && isPresent(index) { return false }
        return true
    }
}

extension GraphInput {
    /// The input's shape when the caller gives `shape`.
    fileprivate func bound(to shape: Shape?) throws(GraphError) -> Shape {
        var result: [Int] = []
        if let shape, shape.rank != dimensions.count { throw mismatch(shape) }
        for (axis, declared) in dimensions.enumerated() {
            guard let extent = shape?[axis] ?? declared else {
                throw GraphError(
                    .inputShape, operation: "Input", subject: name,
                    reason: "the model leaves dimension \(axis) of \(declaration) open; give its shape")
            }
            guard extent > 0, declared == nil || declared == extent else {
                throw mismatch(shape ?? Shape(result + [extent]))
            }
            result.append(extent)
        }
        let node = Node(name: name, operation: .identity, inputs: [], outputs: [name])
        return try Operands(node: node, types: [], values: []).checked(result)
    }

    private func mismatch(_ shape: Shape) -> GraphError {
        GraphError(
            .inputShape, operation: "Input", subject: name,
            reason: "the shape \(shape) was given, but the model takes \(declaration)")
    }

    private var declaration: String {
        "[" + dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
    }
}
