import GraphIR
import Tensors
import Testing

@Suite("Feature map kernels against the reference")
struct FeatureMapTests {
    /// A map in blocked layout, as a convolution leaves it, then the operator under test.
    private func afterConvolution(_ channels: Int, _ height: Int, _ width: Int) -> TestGraph {
        var test = TestGraph()
        test.input("x", [1, 3, height, width])
        test.convolution("x", "a", channels: 3, outputs: channels, ConvolutionAttributes(kernel: [1, 1]))
        return test
    }

    @Test("pooling over kernels, strides and padding", arguments: [2, 3, 5])
    func pooling(kernel: Int) throws {
        for (channels, stride, pad) in [(16, 1, 0), (20, 2, 0), (5, 2, 1), (16, 1, kernel / 2)] where pad < kernel {
            for ceilMode in [false, true] {
                let attributes = PoolAttributes(
                    kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad],
                    ceilMode: ceilMode)
                let operators: [Operator] = [
                    .maxPool(attributes), .averagePool(attributes, countIncludesPadding: false),
                    .averagePool(attributes, countIncludesPadding: true),
                ]
                for operation in operators {
                    var test = afterConvolution(channels, 9, 12)
                    test.node(operation, ["a"], ["y"])
                    test.graph.outputs = ["y"]
                    try expectEquivalence(test, "\(operation)")
                }
            }
        }
    }

    @Test("resize: all coordinate and rounding rules")
    func resizing() throws {
        let coordinates: [ResizeAttributes.CoordinateTransformation] = [
            .halfPixel, .pytorchHalfPixel, .alignCorners, .asymmetric,
        ]
        let roundings: [ResizeAttributes.NearestRounding] = [.roundPreferFloor, .roundPreferCeil, .floor, .ceil]
        for mode in [ResizeAttributes.Mode.nearest, .linear] {
            for transformation in coordinates {
                for rounding in roundings {
                    for scale in [Float(2), 3, 0.5, 1.5] {
                        var test = afterConvolution(18, 6, 8)
                        test.constant("scales", Tensor([1, 1, scale, scale], shape: [4]))
                        let attributes = ResizeAttributes(
                            mode: mode, coordinates: transformation, rounding: rounding)
                        test.node(.resize(attributes), ["a", "", "scales"], ["y"])
                        test.graph.outputs = ["y"]
                        try expectEquivalence(test, "\(attributes) scale \(scale)")
                    }
                }
            }
        }
    }

    @Test("concatenation in place, misaligned, of one value twice, and nested")
    func concatenation() throws {
        for (first, second, third) in [(16, 32, 8), (16, 16, 16), (4, 1, 80), (24, 16, 3), (1, 1, 1)] {
            var test = afterConvolution(first, 5, 6)
            test.convolution("x", "b", channels: 3, outputs: second, ConvolutionAttributes(kernel: [1, 1]))
            test.convolution("x", "c", channels: 3, outputs: third, ConvolutionAttributes(kernel: [1, 1]))
            test.node(.concat(axis: 1), ["a", "b", "c"], ["d"])
            test.node(.concat(axis: 1), ["d", "a", "a"], ["e"])
            let channels = first * 3 + second + third
            test.convolution(
                "e", "f", channels: channels, outputs: 20,
                ConvolutionAttributes(kernel: [3, 3], padding: [1, 1, 1, 1]))
            test.graph.outputs = ["d", "e", "f"]
            try expectEquivalence(test, "concat of \(first), \(second), \(third)")
        }
    }

    @Test("split and slice along channels, aligned and not, into a convolution")
    func splitting() throws {
        for channels in [32, 64, 40, 10] {
            var test = afterConvolution(channels, 4, 5)
            test.node(.split(axis: 1), ["a"], ["b", "c"])
            test.convolution("b", "y", channels: channels / 2, outputs: 16, ConvolutionAttributes(kernel: [1, 1]))
            test.convolution("c", "z", channels: channels / 2, outputs: 16, ConvolutionAttributes(kernel: [1, 1]))
            for (name, value) in [("starts", 3), ("ends", Int64(channels) - 1), ("axes", 1)] {
                test.constant(name, .vector([Int64(value)]))
            }
            test.node(.slice, ["a", "starts", "ends", "axes"], ["s"])
            test.convolution("s", "w", channels: channels - 4, outputs: 8, ConvolutionAttributes(kernel: [1, 1]))
            test.graph.outputs = ["y", "z", "w"]
            try expectEquivalence(test, "split of \(channels)")
        }
    }

    /// Runs that begin or end inside a block are copied where they are needed: by a concatenation, by themselves, row-major,
    /// and cut again.
    @Test("runs of channels joined anew", arguments: [(40, 9, 23), (24, 12, 24), (33, 16, 31), (48, 5, 16)])
    func cutting(channels: Int, first: Int, end: Int) throws {
        var test = afterConvolution(channels, 3, 5)
        test.constant("sizes", .vector([first, end - first, channels - end].map(Int64.init)))
        test.node(.split(axis: 1), ["a", "sizes"], ["p", "q", "r"])
        test.node(.concat(axis: 1), ["q", "a", "r", "p", "q"], ["joined"])
        test.node(.activation(.relu), ["q"], ["alone"])
        test.node(.transpose(permutation: [0, 2, 3, 1]), ["r"], ["turned"])
        test.constant("halves", .vector([2, Int64(end - first - 2)]))
        test.node(.split(axis: 1), ["q", "halves"], ["q0", "q1"])
        test.node(.concat(axis: 1), ["q1", "q0"], ["swapped"])
        test.convolution(
            "swapped", "y", channels: end - first, outputs: 7, ConvolutionAttributes(kernel: [3, 3]))
        test.graph.outputs = ["joined", "alone", "turned", "swapped", "y"]
        try expectEquivalence(test)
    }

    @Test("squeeze-excite: global mean, two 1×1 and a product per channel")
    func squeezeExcite() throws {
        for channels in [16, 24] {
            var test = afterConvolution(channels, 7, 5)
            test.node(.globalAveragePool, ["a"], ["m"])
            test.convolution(
                "m", "r", channels: channels, outputs: 6, ConvolutionAttributes(kernel: [1, 1], activation: .relu))
            test.convolution(
                "r", "s", channels: 6, outputs: channels,
                ConvolutionAttributes(kernel: [1, 1], activation: .hardSigmoid(alpha: 1.0 / 6, beta: 0.5)))
            test.node(.binary(.multiply), ["a", "s"], ["y"])
            test.convolution("y", "z", channels: channels, outputs: 9, ConvolutionAttributes(kernel: [1, 1]))
            test.graph.outputs = ["y", "z"]
            try expectEquivalence(test, "squeeze-excite over \(channels)")
        }
    }

    @Test("sums of maps, and channel scale and shift")
    func blockedArithmetic() throws {
        for function in [BinaryFunction.add, .subtract, .multiply, .minimum, .maximum] {
            var test = afterConvolution(20, 5, 5)
            test.convolution("x", "b", channels: 3, outputs: 20, ConvolutionAttributes(kernel: [1, 1]))
            test.constant("v", test.random.tensor([1, 20, 1, 1]))
            test.constant("k", Tensor([0.75], shape: []))
            test.node(.binary(function), ["a", "b"], ["c"])
            test.node(.binary(function), ["a", "v"], ["d"])
            test.node(.binary(function), ["v", "a"], ["e"])
            test.node(.binary(function), ["a", "k"], ["f"])
            test.node(.concat(axis: 1), ["c", "d", "e", "f"], ["g"])
            test.convolution("g", "y", channels: 80, outputs: 5, ConvolutionAttributes(kernel: [1, 1]))
            test.graph.outputs = ["c", "d", "e", "f", "y"]
            try expectEquivalence(test, "\(function)")
        }
    }
}
