import GraphIR
import Tensors
import Testing

/// Values worked out by hand.
@Suite struct ReferenceEvaluatorTests {
    private func evaluate(_ operation: Operator, _ operands: Tensor?..., results: Int = 1) throws -> [Tensor] {
        let inputs = operands.enumerated().map { $1 == nil ? "" : "x\($0)" }
        let outputs = (0..<results).map { "y\($0)" }
        let node = Node(name: "n", operation: operation, inputs: inputs, outputs: outputs)
        return try ReferenceEvaluator.evaluate(node, operands: operands)
    }

    private func counting(_ shape: Shape) -> Tensor { Tensor((0..<shape.count).map { Float($0) }, shape: shape) }
    private func floats(_ values: Float...) -> Tensor { Tensor(values, shape: [values.count]) }

    @Test func convolution() throws {
        let attributes = ConvolutionAttributes(
            kernel: [2, 2], padding: [0, 0, 1, 0], activation: .relu, residual: .beforeActivation)
        let weights = floatTensor([1, 0, 0, -1], [1, 1, 2, 2])
        let y = try evaluate(
            .convolution(attributes), counting([1, 1, 2, 3]), weights, floats(0.5),
            floatTensor([0, 0, 0, 10], [1, 1, 2, 2]))
        // Rows 0 and 1 minus the diagonal below; below the picture is zero.
        #expect(y[0].floats == [0, 0, 3.5, 14.5])
    }

    @Test func convolutionWithAddendBehindTheActivation() throws {
        let attributes = ConvolutionAttributes(kernel: [1, 1], activation: .relu, residual: .afterActivation)
        let y = try evaluate(
            .convolution(attributes), floatTensor([1, 2, 3], [1, 1, 1, 3]), floatTensor([-2], [1, 1, 1, 1]),
            floats(5), floatTensor([-7, 1, 10], [1, 1, 1, 3]))
        #expect(y[0].floats == [-4, 2, 10])
    }

    @Test func groupedDilatedStridedConvolution() throws {
        let attributes = ConvolutionAttributes(kernel: [1, 2], strides: [1, 2], dilations: [1, 2], group: 2)
        let weights = floatTensor([1, 1, 1, -1], [2, 1, 1, 2])
        let y = try evaluate(.convolution(attributes), counting([1, 2, 1, 5]), weights)
        #expect(y[0] == floatTensor([2, 6, -2, -2], [1, 2, 1, 2]))
    }

    @Test func pooling() throws {
        let padded = PoolAttributes(kernel: [2, 2], strides: [2, 2], padding: [1, 1, 0, 0])
        let x = counting([1, 1, 3, 3])
        #expect(try evaluate(.maxPool(padded), x)[0].floats == [0, 2, 6, 8])
        #expect(try evaluate(.averagePool(padded, countIncludesPadding: false), x)[0].floats == [0, 1.5, 4.5, 6])
        #expect(try evaluate(.averagePool(padded, countIncludesPadding: true), x)[0].floats == [0, 0.75, 2.25, 6])
        let ceil = PoolAttributes(kernel: [2, 2], strides: [2, 2], ceilMode: true)
        #expect(try evaluate(.averagePool(ceil, countIncludesPadding: true), x)[0].floats == [2, 3.5, 6.5, 8])
        #expect(try evaluate(.globalAveragePool, x)[0] == floatTensor([4], [1, 1, 1, 1]))
    }

    @Test func activations() throws {
        let cases: [(Activation, [Float])] = [
            (.relu, [0, 0, 4]), (.clamp(minimum: -1, maximum: 2), [-1, 0, 2]), (.leakyReLU(slope: 0.1), [-0.4, 0, 4]),
            (.sigmoid, [0.017_986_21, 0.5, 0.982_013_8]), (.silu, [-0.071_944_84, 0, 3.928_055]),
            (.hardSigmoid(alpha: 0.25, beta: 0.5), [0, 0.5, 1]), (.hardSwish, [0, 0, 4]),
            (.tanh, [-0.999_329_3, 0, 0.999_329_3]), (.mish, [-0.072_591_7, 0, 3.997_412_8]),
            (.elu(alpha: 2), [-1.963_368_7, 0, 4]),
        ]
        for (activation, expected) in cases {
            let y = try evaluate(.activation(activation), floats(-4, 0, 4))[0]
            #expect(relativeError(Tensor(expected, shape: [3]), y) < 1e-6, "\(activation)")
        }
        #expect(try evaluate(.activation(.silu), floats(-1000, 1000))[0].floats == [0, 1000])
        #expect(try evaluate(.activation(.mish), floats(-1000, 1000))[0].floats == [0, 1000])
    }

    @Test func integersStayIntegers() throws {
        let (a, b) = (Tensor.vector([7, -7, .max]), Tensor.vector([2, 2, 1]))
        #expect(try evaluate(.binary(.divide), a, b)[0] == .vector([3, -3, .max]))
        #expect(try evaluate(.binary(.add), a, b)[0] == .vector([9, -5, .min]))
        #expect(try evaluate(.binary(.power), b, .vector([10, 0, 3]))[0] == .vector([1024, 1, 1]))
        #expect(throws: GraphError.self) { try evaluate(.binary(.divide), a, .vector([1, 0, 1])) }
        let less = try evaluate(.binary(.less), a, b)[0]
        #expect(less.storage == .bool([false, true, false]))
        #expect(try evaluate(.unary(.not), less)[0].storage == .bool([true, false, true]))
        #expect(try evaluate(.clip, .vector([-9, 9]), nil, Tensor([Int64(3)], shape: []))[0] == .vector([-9, 3]))
    }

    @Test func casts() throws {
        let x = floats(-1.7, 300.9, .nan, 3e10)
        #expect(try evaluate(.cast(.int32), x)[0].storage == .int32([-1, 300, 0, .max]))
        #expect(try evaluate(.cast(.uint8), x)[0].storage == .uint8([0, 255, 0, 255]))
        #expect(try evaluate(.cast(.bool), floats(0, 0.1))[0].storage == .bool([false, true]))
        #expect(try evaluate(.cast(.float32), .vector([3]))[0].floats == [3])
    }

    @Test func arrangements() throws {
        let x = counting([2, 3])
        #expect(try evaluate(.transpose(permutation: []), x)[0].floats == [0, 3, 1, 4, 2, 5])
        #expect(try evaluate(.concat(axis: 1), x, counting([2, 1]))[0].floats == [0, 1, 2, 0, 3, 4, 5, 1])
        #expect(try evaluate(.gather(axis: 1), x, .vector([-1, 0]))[0].floats == [2, 0, 5, 3])
        #expect(throws: GraphError.self) { try evaluate(.gather(axis: 1), x, .vector([3])) }
        #expect(
            try evaluate(.slice, x, .vector([-1]), .vector([.min]), .vector([1]), .vector([-2]))[0].floats == [
                2, 0, 5, 3,
            ])
        #expect(
            try evaluate(.split(axis: 1), x, .vector([1, 2]), results: 2).map(\.floats) == [[0, 3], [1, 2, 4, 5]])
        #expect(try evaluate(.expand, floats(1, 2), .vector([2, 1]))[0].floats == [1, 2, 1, 2])
        #expect(try evaluate(.tile, x, .vector([1, 2]))[0].floats == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
        #expect(
            try evaluate(.pad(mode: .constant), floats(1, 2), .vector([1, 1]), .scalar(9))[0].floats == [9, 1, 2, 9])
        #expect(try evaluate(.pad(mode: .edge), floats(1, 2), .vector([2, -1]))[0].floats == [1, 1, 1])
        #expect(try evaluate(.pad(mode: .reflect), floats(1, 2, 3), .vector([2, 1]))[0].floats == [3, 2, 1, 2, 3, 2])
        #expect(try evaluate(.range, .scalar(1), .scalar(2), .scalar(0.4))[0].floats == [1, 1.4, 1.8])
        #expect(try evaluate(.constantOfShape(value: .scalar(3)), .vector([2]))[0].floats == [3, 3])
    }

    @Test func productsAndReductions() throws {
        let x = counting([2, 3])
        #expect(try evaluate(.matMul, x, floats(1, 0, 2))[0].floats == [4, 13])
        let gemm = GemmAttributes(alpha: 2, beta: 0.5, transposeB: true)
        #expect(try evaluate(.gemm(gemm), x, counting([1, 3]), floats(4))[0].floats == [12, 30])
        let axes = Tensor.vector([0])
        #expect(
            try evaluate(.reduce(.mean, keepDimensions: true), x, axes)[0] == floatTensor([1.5, 2.5, 3.5], [1, 3]))
        #expect(try evaluate(.reduce(.product, keepDimensions: false), .vector([2, 3, 4]))[0].integers == [24])
        #expect(try evaluate(.reduce(.maximum, keepDimensions: false), x)[0].floats == [5])
        let softmax = try evaluate(.softmax(axis: 0), floatTensor([1000, 0, 1000, 0], [2, 2]))[0]
        #expect(softmax.floats == [0.5, 0.5, 0.5, 0.5])
        let scaled = try evaluate(
            .batchNormalization(epsilon: 0), floatTensor([3], [1, 1]), floats(2), floats(1), floats(1), floats(4))
        #expect(scaled[0].floats == [3])
    }

    @Test func resizes() throws {
        func row(_ attributes: ResizeAttributes, _ x: Tensor, to width: Int64) throws -> [Float]? {
            try evaluate(.resize(attributes), x, nil, nil, .vector([1, 1, 1, width]))[0].floats
        }
        let x = floatTensor([0, 10], [1, 1, 1, 2])
        #expect(try row(ResizeAttributes(), x, to: 4) == [0, 0, 10, 10])
        #expect(try row(ResizeAttributes(mode: .linear), x, to: 4) == [0, 2.5, 7.5, 10])
        #expect(try row(ResizeAttributes(mode: .linear, coordinates: .alignCorners), x, to: 3) == [0, 5, 10])
        #expect(try row(ResizeAttributes(mode: .linear, coordinates: .asymmetric), x, to: 4) == [0, 5, 10, 10])
        let halves = floatTensor([0, 1, 2, 3], [1, 1, 1, 4])
        for (rounding, expected): (ResizeAttributes.NearestRounding, [Float]) in [
            (.roundPreferFloor, [0, 2]), (.roundPreferCeil, [1, 3]), (.floor, [0, 2]), (.ceil, [1, 3]),
        ] {
            #expect(try row(ResizeAttributes(rounding: rounding), halves, to: 2) == expected)
        }
        // Keys' kernel at distances 0.25, 0.75, 1.25, 1.75 with a = -0.75, edges repeated.
        let cubic = try row(ResizeAttributes(mode: .cubic), x, to: 4)
        #expect(
            relativeError(
                floatTensor([-1.054_687_5, 2.265_625, 7.734_375, 11.054_687_5], [4]),
                Tensor(try #require(cubic), shape: [4])) < 1e-6)
    }
}
