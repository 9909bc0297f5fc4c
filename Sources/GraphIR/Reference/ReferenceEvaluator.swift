package import Tensors

/// Evaluates operators on tensors in the plainest way: loops over the definition, sums in `Double`. It is the oracle for
/// the engine's kernels and what constant folding computes with; it is far too slow to run a network on video.
package enum ReferenceEvaluator {
    /// The graph's outputs for the given inputs.
    /// - Throws: `GraphError` when an input is missing or operands do not fit.
    package static func run(
        _ graph: Graph, inputs: [String: Tensor]
    ) throws(GraphError) -> [String: Tensor] {
        let values = try allValues(graph, inputs: inputs)
        return Dictionary(graph.outputs.map { ($0, values[$0]) }, uniquingKeysWith: { first, _ in first })
            .compactMapValues { $0 }
    }

    /// Every value of the graph for the given inputs, constants included.
    package static func allValues(
        _ graph: Graph, inputs: [String: Tensor]
    ) throws(GraphError) -> [String: Tensor] {
        var values = graph.constants
        for input in graph.inputs {
            guard let tensor = inputs[input.name] else {
                throw GraphError(.inputShape, operation: "Input", subject: input.name, reason: "has no value")
            }
            values[input.name] = tensor
        }
        for node in graph.nodes {
            let results = try evaluate(node, operands: node.inputs.map { values[$0] })
            for (name, result) in zip(node.outputs, results) { values[name] = result }
        }
        return values
    }

    /// The results of one node.
    /// - Parameter operands: as many as the node's inputs; nil for an absent optional one.
    package static func evaluate(_ node: Node, operands: [Tensor?]) throws(GraphError) -> [Tensor] {
        let types = operands.map { $0.map { TensorType($0.elementType, $0.shape) } }
        let evaluation = Evaluation(operands: Operands(node: node, types: types, values: operands))
        let resultTypes = try evaluation.operands.resultTypes()
        if case .split(let axis) = node.operation { return try evaluation.split(axis: axis) }
        return [try evaluation.result(resultTypes[0])]
    }
}

/// One node whose operands are all known.
struct Evaluation {
    let operands: Operands

    /// Operand `index`, which must be present.
    func tensor(_ index: Int) throws(GraphError) -> Tensor { try operands.value(index, "operand \(index)") }

    /// Operand `index` as floats, which it must hold.
    func floats(_ index: Int) throws(GraphError) -> [Float] { try operands.floats(index, "operand \(index)") }

    func result(_ type: TensorType) throws(GraphError) -> Tensor {
        switch operands.node.operation {
        case .convolution(let attributes): try convolution(attributes, shape: type.shape)
        case .batchNormalization(let epsilon): try batchNormalization(epsilon: epsilon)
        case .maxPool(let attributes): try maxPool(attributes, shape: type.shape)
        case .averagePool(let attributes, let countsPadding):
            try averagePool(attributes, countsPadding: countsPadding, shape: type.shape)
        case .globalAveragePool:
            try reduce(.mean, axes: Array(2..<(try tensor(0).shape.rank)), shape: type.shape)
        case .reduce(let function, _): try reduce(function, axes: try operands.reducedAxes(), shape: type.shape)
        case .resize(let attributes): try resize(attributes, shape: type.shape)
        case .matMul: try matMul(shape: type.shape)
        case .gemm(let attributes): try gemm(attributes, shape: type.shape)
        case .softmax(let axis): try softmax(axis: axis)
        case .activation(let activation): try activate(activation)
        case .unary(let function): try unary(function)
        case .binary(let function): try binary(function, type: type)
        case .clip: try clip()
        case .quantizeLinear(let axis, let isSigned): try quantize(axis: axis, isSigned: isSigned)
        case .dequantizeLinear(let axis): try dequantize(axis: axis)
        case .cast(let elementType): try tensor(0).cast(to: elementType)
        default: try arrangement(type)
        }
    }

    private func arrangement(_ type: TensorType) throws(GraphError) -> Tensor {
        switch operands.node.operation {
        case .concat(let axis): try concat(axis: axis, shape: type.shape)
        case .transpose(let permutation): try transpose(permutation, shape: type.shape)
        case .slice: try tensor(0).selecting(try operands.sliceAxes().map(\.indices))
        case .gather(let axis): try gather(axis: axis, shape: type.shape)
        case .gatherElements(let axis): try gatherElements(axis: axis, shape: type.shape)
        case .gatherParts(let batchAxes): try gatherParts(batchAxes: batchAxes, shape: type.shape)
        case .topIndices(let axis, let isLargest):
            try topIndices(axis: axis, isLargest: isLargest, shape: type.shape)
        case .scatter: try scatter()
        case .select: try select(shape: type.shape)
        case .expand: try tensor(0).broadcast(to: type.shape)
        case .tile: try tile()
        case .pad(let mode): try pad(mode)
        case .shape: .vector(try tensor(0).shape.dimensions.map(Int64.init))
        case .constantOfShape(let value): value.reshaped([1]).broadcast(to: type.shape)
        case .range: try range(count: type.shape.count)
        case .nonMaximumSuppression:
            try operands.suppression().selected(
                boxes: try floats(0), scores: try floats(1), shape: try tensor(1).shape)
        // Reshape, Flatten, Squeeze, Unsqueeze, Identity keep the elements in order.
        default: try tensor(0).reshaped(type.shape)
        }
    }
}
