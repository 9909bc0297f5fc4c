import GraphIR
import Tensors
import Testing

/// Writes small graphs down in the order they compute.
struct GraphSketch {
    private(set) var graph = Graph(name: "sketch", inputs: [], outputs: [], nodes: [], constants: [:])

    mutating func input(_ name: String = "x", _ shape: Shape, _ type: ElementType = .float32) -> String {
        graph.inputs.append(GraphInput(name: name, elementType: type, dimensions: shape.dimensions))
        return name
    }

    mutating func constant(_ tensor: Tensor) -> String {
        let name = "c\(graph.constants.count)"
        graph.constants[name] = tensor
        return name
    }

    mutating func constant(_ values: [Int64]) -> String { constant(.vector(values)) }
    mutating func scalar(_ value: Float) -> String { constant(.scalar(value)) }
    mutating func random(_ shape: Shape) -> String { constant(.random(shape, seed: UInt64(graph.constants.count + 1))) }

    mutating func node(_ operation: Operator, _ inputs: String...) -> String {
        node(operation, inputs, results: 1)[0]
    }

    mutating func node(_ operation: Operator, _ inputs: [String], results: Int) -> [String] {
        let number = graph.nodes.count
        let outputs = (0..<results).map { results == 1 ? "v\(number)" : "v\(number)_\($0)" }
        graph.nodes.append(Node(name: "n\(number)", operation: operation, inputs: inputs, outputs: outputs))
        return outputs
    }

    /// A convolution with random weights.
    mutating func convolution(
        _ x: String, _ weights: Shape, bias: Bool = true, strides: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0],
        dilations: [Int] = [1, 1], group: Int = 1
    ) -> String {
        let attributes = ConvolutionAttributes(
            kernel: Array(weights.dimensions[2...]), strides: strides, padding: padding, dilations: dilations,
            group: group)
        let operands = [x, random(weights)] + (bias ? [random([weights[0]])] : [])
        return node(.convolution(attributes), operands, results: 1)[0]
    }

    func returning(_ outputs: String...) -> Graph { returning(outputs) }

    func returning(_ outputs: [String]) -> Graph {
        var result = graph
        result.outputs = outputs
        return result
    }
}

extension Tensor {
    /// The same numbers in [-1, 1) for the same seed.
    static func random(_ shape: Shape, seed: UInt64) -> Tensor {
        var state = seed &* 0x9e37_79b9_7f4a_7c15
        let values = (0..<shape.count).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
        return Tensor(values, shape: shape)
    }
}

/// A float tensor, for literals that could as well be integers.
func floatTensor(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }

/// The largest difference of two float tensors over the largest magnitude of the first; infinite where shapes differ.
func relativeError(_ expected: Tensor, _ actual: Tensor) -> Float {
    guard expected.shape == actual.shape, let a = expected.floats, let b = actual.floats else {
        return expected == actual ? 0 : .infinity
    }
    let scale = max(a.filter(\.isFinite).map(abs).max() ?? 0, 1e-6)
    return (zip(a, b).map { $0 == $1 ? 0 : abs($0 - $1) }.max() ?? 0) / scale
}

/// Runs passes and dead-code removal over `graph`, checks that every output is what it was, and returns the result.
func optimised(_ graph: Graph, by passes: [any GraphPass], tolerance: Float = 1e-5) throws -> Graph {
    var rewritten = graph
    try PassPipeline(passes + [RemoveDeadCode()]).run(&rewritten)
    var inputs: [String: Tensor] = [:]
    for (index, input) in graph.inputs.enumerated() {
        let shape = Shape(input.dimensions.map { $0 ?? 1 })
        inputs[input.name] = Tensor.random(shape, seed: UInt64(100 + index)).cast(to: input.elementType)
    }
    let expected = try ReferenceEvaluator.run(graph, inputs: inputs)
    let actual = try ReferenceEvaluator.run(rewritten, inputs: inputs)
    for (name, value) in expected {
        let error = relativeError(value, try #require(actual[name]))
        #expect(error <= tolerance, "output \(name) differs by \(error)")
    }
    return rewritten
}

extension Graph {
    var operations: [Operator] { nodes.map(\.operation) }

    /// Attributes of the graph's only convolution.
    func onlyConvolution() throws -> ConvolutionAttributes {
        try #require(convolutions.count == 1)
        return convolutions[0]
    }

    var convolutions: [ConvolutionAttributes] {
        operations.compactMap { if case .convolution(let attributes) = $0 { attributes } else { nil } }
    }
}
