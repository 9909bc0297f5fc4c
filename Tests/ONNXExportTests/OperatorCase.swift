import GraphIR
import Tensors
import Testing

/// One operator on one input, with constants for its other operands.
struct OperatorCase: Sendable, CustomTestStringConvertible {
    var name: String
    var operation: Operator
    var shape: Shape = [1, 4, 6, 6]
    /// Operands behind the first; nil stands for an absent one.
    var constants: [Tensor?] = []
    var results = 1
    /// Whether the fourth operand is the input's double, as of a convolution's addend.
    var addsInput = false

    var testDescription: String { name }

    /// The input goes through a multiplication by 2, so that the operator's operand is no input.
    var graph: Graph {
        var graph = Graph(
            name: "", inputs: [GraphInput(name: "x", elementType: .float32, dimensions: shape.dimensions)],
            outputs: [], nodes: [], constants: ["two": .scalar(2)], metadata: ["key": "value", "another": ""])
        graph.nodes = [Node(name: "double", operation: .binary(.multiply), inputs: ["x", "two"], outputs: ["doubled"])]
        var operands = ["doubled"]
        for (index, constant) in constants.enumerated() {
            operands.append(constant == nil ? "" : "c\(index)")
            graph.constants["c\(index)"] = constant
        }
        if addsInput { operands.append("doubled") }
        graph.outputs = (0..<results).map { "y\($0)" }
        graph.nodes.append(Node(name: "n", operation: operation, inputs: operands, outputs: graph.outputs))
        return graph
    }

    static let all = convolutions + activations + windows + arrangements + arithmetic

    private static let convolutions: [OperatorCase] = {
        let weights = Tensor.random([4, 4, 3, 3], seed: 1)
        let bias = Tensor.random([4], seed: 2)
        let window = ConvolutionAttributes(kernel: [3, 3], padding: [1, 1, 1, 1])
        var cases = [OperatorCase(name: "convolution", operation: .convolution(window), constants: [weights, bias])]
        for (index, activation) in Activation.samples.enumerated() {
            for residual in [ConvolutionAttributes.Residual.none, .beforeActivation, .afterActivation] {
                var attributes = window
                (attributes.activation, attributes.residual) = (activation, residual)
                let hasAddend = residual != .none
                let operands: [Tensor?] = index % 2 == 0 || !hasAddend ? [weights, bias] : [weights, nil]
                cases.append(
                    OperatorCase(
                        name: "convolution \(activation) \(residual)", operation: .convolution(attributes),
                        constants: operands, addsInput: hasAddend))
            }
        }
        let strided = ConvolutionAttributes(
            kernel: [3, 2], strides: [2, 1], padding: [1, 0, 2, 1], dilations: [1, 2], group: 2)
        cases.append(
            OperatorCase(
                name: "strided", operation: .convolution(strided), constants: [.random([2, 2, 3, 2], seed: 3)]))
        return cases
    }()

    private static let activations = Activation.samples.map {
        OperatorCase(name: "\($0)", operation: .activation($0))
    }

    private static let windows: [OperatorCase] = {
        let pool = PoolAttributes(kernel: [3, 2], strides: [2, 2], padding: [1, 0, 1, 1], ceilMode: false)
        let resize = ResizeAttributes(mode: .nearest, coordinates: .asymmetric, rounding: .floor)
        let scales = Tensor([Float(1), 1, 2, 2], shape: [4])
        let linear = ResizeAttributes(mode: .linear, coordinates: .halfPixel)
        return [
            OperatorCase(name: "max pool", operation: .maxPool(pool)),
            OperatorCase(name: "average", operation: .averagePool(pool, countIncludesPadding: true)),
            OperatorCase(name: "average inside", operation: .averagePool(pool, countIncludesPadding: false)),
            OperatorCase(name: "global", operation: .globalAveragePool),
            OperatorCase(name: "nearest", operation: .resize(resize), constants: [nil, scales]),
            OperatorCase(name: "linear", operation: .resize(linear), constants: [nil, nil, .vector([1, 4, 9, 5])]),
            OperatorCase(
                name: "normalization", operation: .batchNormalization(epsilon: 0.25),
                constants: (0..<4).map { Tensor([0.5, 1, 2, 3 + Float($0)], shape: [4]) }),
            OperatorCase(
                name: "pad", operation: .pad(mode: .constant),
                constants: [.vector([0, 0, 1, 2, 0, 0, 0, 1]), .scalar(3)]),
            OperatorCase(
                name: "reflect", operation: .pad(mode: .reflect), constants: [.vector([0, 0, 1, 2, 0, 0, 0, 1])]),
        ]
    }()

    private static let arrangements: [OperatorCase] = [
        OperatorCase(name: "concat", operation: .concat(axis: 1), constants: [.random([1, 2, 6, 6], seed: 4)]),
        OperatorCase(name: "reshape", operation: .reshape(allowZero: false), constants: [.vector([1, 0, -1])]),
        OperatorCase(name: "flatten", operation: .flatten(axis: 2)),
        OperatorCase(name: "transpose", operation: .transpose(permutation: [0, 2, 3, 1])),
        OperatorCase(
            name: "slice", operation: .slice,
            constants: [.vector([1, 5]), .vector([3, -7]), .vector([1, 3]), .vector([1, -2])]),
        OperatorCase(name: "split", operation: .split(axis: 1), constants: [.vector([1, 3])], results: 2),
        OperatorCase(name: "uneven split", operation: .split(axis: 1), results: 3),
        OperatorCase(name: "squeeze", operation: .squeeze, constants: [.vector([0])]),
        OperatorCase(name: "unsqueeze", operation: .unsqueeze, constants: [.vector([2])]),
        OperatorCase(name: "gather", operation: .gather(axis: 2), constants: [.vector([4, 0, -1])]),
        OperatorCase(
            name: "gather elements", operation: .gatherElements(axis: 2),
            constants: [Tensor((0..<8).map { Int64($0 % 6) - 1 }, shape: [1, 4, 2, 1])]),
        OperatorCase(
            name: "gather parts", operation: .gatherParts(batchAxes: 1),
            constants: [Tensor([3, 1, 0, -1] as [Int64], shape: [1, 2, 2])]),
        OperatorCase(name: "top", operation: .topIndices(axis: 3, isLargest: true), constants: [.vector([4])]),
        OperatorCase(name: "bottom", operation: .topIndices(axis: 1, isLargest: false), constants: [.vector([2])]),
        OperatorCase(name: "expand", operation: .expand, constants: [.vector([2, 4, 6, 6])]),
        OperatorCase(name: "tile", operation: .tile, constants: [.vector([1, 2, 1, 1])]),
        OperatorCase(name: "cast", operation: .cast(.int64)), OperatorCase(name: "identity", operation: .identity),
        OperatorCase(name: "shape", operation: .shape),
    ]

    private static let arithmetic: [OperatorCase] = {
        let functions: [UnaryFunction] = [
            .exp, .log, .sqrt, .negate, .absolute, .floor, .ceil, .reciprocal, .round, .erf, .softplus,
        ]
        let binary: [BinaryFunction] = [
            .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .equal, .greater, .less,
        ]
        let reductions: [ReduceFunction] = [.mean, .sum, .maximum, .minimum, .product]
        return functions.map { OperatorCase(name: $0.rawValue, operation: .unary($0)) }
            + binary.map {
                OperatorCase(name: $0.rawValue, operation: .binary($0), constants: [.random([4, 1, 6], seed: 5)])
            }
            + reductions.map {
                OperatorCase(
                    name: "reduce \($0)", operation: .reduce($0, keepDimensions: false), constants: [.vector([1])])
            } + [
                OperatorCase(name: "clip", operation: .clip, constants: [.scalar(-0.5), .scalar(0.25)]),
                OperatorCase(name: "softmax", operation: .softmax(axis: 1)),
                OperatorCase(name: "product", operation: .matMul, constants: [.random([6, 3], seed: 6)]),
                OperatorCase(
                    name: "gemm", operation: .gemm(GemmAttributes(alpha: 0.5, beta: 2, transposeA: true)),
                    shape: [3, 4], constants: [.random([3, 5], seed: 7), .random([5], seed: 8)]),
                OperatorCase(name: "reduce all", operation: .reduce(.sum, keepDimensions: true)),
            ]
    }()
}

extension Activation {
    static let samples: [Activation] = [
        .relu, .clamp(minimum: -0.5, maximum: 1), .clamp(minimum: -.infinity, maximum: 0.5),
        .leakyReLU(slope: 0.125), .sigmoid, .silu, .hardSigmoid(alpha: 0.25, beta: 0.5), .hardSwish, .tanh, .mish,
        .elu(alpha: 0.5),
    ]
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
