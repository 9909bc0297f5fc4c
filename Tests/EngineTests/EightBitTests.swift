import Engine
import GraphIR
import Kernels
import Tensors
import TestSupport
import Testing

/// Kernels over bytes: sums are exact, so results are those of the reference evaluator on the rounded operands.
@Suite("int8 kernels")
struct EightBitTests {
    /// Tolerance: 10⁻⁵ of the largest value for results in floats; for results stored as bytes half a step besides.
    private func check(
        channels: Int, outputs: Int, _ height: Int, _ width: Int, _ attributes: ConvolutionAttributes,
        range: ClosedRange<Float> = -1...2
    ) throws {
        var test = TestGraph()
        test.input("x", [1, channels, height, width])
        test.convolution("x", "y", channels: channels, outputs: outputs, attributes)
        test.node(.maxPool(PoolAttributes(kernel: [1, 1])), ["y"], ["z"])
        test.convolution("z", "u", channels: outputs, outputs: 1, ConvolutionAttributes(kernel: [1, 1]))
        test.graph.outputs = ["y", "z", "u"]
        var inputs = ["x": test.random.tensor([1, channels, height, width], in: range)]
        var quantized = try test.quantized(&inputs)
        let expected = try ReferenceEvaluator.run(quantized.graph, inputs: inputs)
        let values = try #require(expected["y"]?.floats)
        let largest = values.map(abs).max() ?? 0
        let step = try #require(quantized.graph.quantization.values["z"]).scale
        quantized.graph.quantization.values["z"] = quantized.graph.quantization.values["y"]
        for (name, isStored) in [("y", false), ("z", true)] {
            quantized.graph.outputs = isStored ? [name + ".read"] : [name]
            if isStored { quantized.passOn(name, as: name + ".read", channels: outputs) }
            let types = try ShapeInference.infer(quantized.graph)
            let model = try CompiledModel(graph: quantized.graph, types: types, precision: .int8)
            let comment = "\(channels)→\(outputs) \(height)×\(width) \(attributes) \(name)"
            let results = try expectSameBits(
                model, inputs, InstructionSet.available, comment, sourceLocation: #_sourceLocation)
            let floats = try #require(results[quantized.graph.outputs[0]]?.floats)
            let tolerance = 1e-5 * largest + (isStored ? 0.501 * step : 0)
            let wrong = zip(floats, values).filter { abs($0 - $1) > tolerance }
            #expect(floats.count == values.count && wrong.isEmpty, "\(comment): \(wrong.prefix(3)), step \(step)")
        }
    }

    @Test("1×1 over channel counts and sizes", arguments: [1, 3, 9, 15, 16, 17, 33, 64])
    func pointwise(channels: Int) throws {
        for outputs in [1, 16, 20, 33] {
            for (height, width) in [(1, 1), (2, 7), (5, 5), (20, 21)] {
                try check(
                    channels: channels, outputs: outputs, height, width, ConvolutionAttributes(kernel: [1, 1]))
            }
        }
    }

    @Test("3×3 and 5×5, dense and grouped", arguments: [3, 5], [1, 2])
    func spatial(kernel: Int, stride: Int) throws {
        let pad = kernel / 2
        for (channels, outputs, group) in [(16, 24, 1), (33, 16, 1), (16, 32, 4)] {
            for (height, width) in [(5, 5), (8, 13), (11, 4)] {
                try check(
                    channels: channels, outputs: outputs, height, width,
                    ConvolutionAttributes(
                        kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad], group: group
                    ))
            }
        }
    }

    @Test("depthwise over kernels, strides and dilation", arguments: [2, 3, 4, 5, 7, 9], [1, 2, 3])
    func depthwise(kernel: Int, stride: Int) throws {
        let pad = kernel / 2
        for channels in [2, 16, 40] {
            for (height, width, dilation) in [(9, 9, 1), (8, 23, 1), (3, 4, 1), (20, 21, 2)] {
                guard height + 2 * pad > (kernel - 1) * dilation else { continue }
                try check(
                    channels: channels, outputs: channels, height, width,
                    ConvolutionAttributes(
                        kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad],
                        dilations: [dilation, dilation], group: channels))
            }
        }
    }

    @Test("sums too long for 32 bits are computed in floats; weights off the scale are held to its ends")
    func limits() throws {
        for (channels, isInBytes) in [(66_000, true), (67_000, false)] {
            var test = TestGraph()
            test.input("x", [1, channels, 1, 1])
            test.constant("w", Tensor(Array(repeating: Float(1), count: channels), shape: [1, channels, 1, 1]))
            test.node(.convolution(ConvolutionAttributes(kernel: [1, 1])), ["x", "w"], ["y"])
            test.graph.outputs = ["y"]
            test.graph.quantization.values["x"] = Quantization(scale: 1, zeroPoint: 0)
            // 127 steps are 1; the largest bytes add up to the largest sum there can be.
            test.graph.quantization.weightScales["w"] = [1 / 127]
            let types = try ShapeInference.infer(test.graph)
            let model = try CompiledModel(graph: test.graph, types: types, precision: .int8)
            #expect((model.byteConvolutions == 1) == isInBytes)
            let x = Tensor(Array(repeating: Float(255), count: channels), shape: [1, channels, 1, 1])
            let y = try InferenceSession(model: model, threads: 1).run(["x": x])["y"]?.floats?[0] ?? 0
            #expect(abs(y / Float(255 * channels) - 1) < 1e-3, "\(channels): \(y)")
            test.graph.quantization.weightScales["w"] = [.leastNonzeroMagnitude]
            let clamped = try CompiledModel(graph: test.graph, types: types, precision: .int8)
            let value = try InferenceSession(model: clamped, threads: 1).run(["x": x])["y"]?.floats?[0]
            #expect(value?.isFinite == true)
        }
    }

    @Test("a scale for each channel between a convolution and depthwise ones", arguments: [3, 16, 40])
    func channelScales(channels: Int) throws {
        for (kernel, stride) in [(3, 1), (3, 2), (5, 1)] {
            var test = TestGraph()
            test.input("x", [1, 12, 9, 13])
            let silu = ConvolutionAttributes(kernel: [1, 1], activation: .silu)
            test.convolution("x", "a", channels: 12, outputs: channels, silu)
            // Channels whose ranges are far apart.
            let weights = try #require(test.graph.constants["a.weight"]?.floats)
            let spread = weights.enumerated().map { $1 * Float(1 << ($0 / 12 % 8)) }
            test.constant("a.weight", Tensor(spread, shape: [channels, 12, 1, 1]))
            let pad = kernel / 2
            let attributes = ConvolutionAttributes(
                kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad], group: channels)
            for name in ["b", "c"] {
                test.convolution("a", name, channels: channels, outputs: channels, attributes)
                test.convolution(
                    name, name + ".last", channels: channels, outputs: 4, ConvolutionAttributes(kernel: [1, 1]))
            }
            test.graph.outputs = ["b.last", "c.last"]
            var inputs = ["x": test.random.tensor([1, 12, 9, 13], in: -2...2)]
            let quantized = try test.quantized(&inputs)
            #expect(quantized.graph.quantization.channelValues["a"]?.count == channels)
            let types = try ShapeInference.infer(quantized.graph)
            let expected = try ReferenceEvaluator.run(quantized.graph, inputs: inputs)
            let model = try CompiledModel(graph: quantized.graph, types: types, precision: .int8)
            #expect(model.byteConvolutions == 5)
            let outputs = try expectSameBits(
                model, inputs, InstructionSet.available, "\(channels) \(kernel)", sourceLocation: #_sourceLocation)
            for name in test.graph.outputs {
                expectClose(outputs[name], expected[name], 1 / 32, "\(channels) \(kernel) \(stride) \(name)")
            }
        }
    }

    @Test("a few planes, read in squares", arguments: [1, 2, 3, 5, 6, 7])
    func stem(kernel: Int) throws {
        for (planes, height, width) in [(3, 16, 16), (3, 13, 23), (1, 9, 9), (8, 12, 37)] {
            for pad in [0, 1, 2] where kernel > pad {
                for stride in [1, 2] {
                    try check(
                        channels: planes, outputs: 18, height, width,
                        ConvolutionAttributes(
                            kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad]),
                        range: 0...255)
                }
            }
        }
    }

    @Test("every fused activation, and addends with a scale of their own")
    func activations() throws {
        let functions: [Activation] = [
            .relu, .clamp(minimum: 0, maximum: 6), .leakyReLU(slope: 0.1), .sigmoid, .silu,
            .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .tanh, .mish, .elu(alpha: 1),
        ]
        for function in functions {
            for residual: ConvolutionAttributes.Residual in [.none, .beforeActivation, .afterActivation] {
                var test = TestGraph()
                test.input("x", [1, 16, 7, 9])
                test.convolution("x", "a", channels: 16, outputs: 24, ConvolutionAttributes(kernel: [1, 1]))
                let attributes = ConvolutionAttributes(kernel: [1, 1], activation: function, residual: residual)
                test.convolution(
                    "a", "y", channels: 24, outputs: 24, attributes, residual: residual == .none ? nil : "a")
                test.graph.outputs = ["y"]
                try expectEightBits(
                    test, ["x": test.random.tensor([1, 16, 7, 9], in: -2...2)], "\(function) \(residual)",
                    sourceLocation: #_sourceLocation)
            }
        }
    }
}

extension TestGraph {
    /// A convolution in floats that gives out what `name` holds, which is stored as bytes for the convolution beside it.
    fileprivate mutating func passOn(_ name: String, as result: String, channels: Int) {
        let diagonal = (0..<channels * channels).map { $0 / channels == $0 % channels ? Float(1) : 0 }
        constant(result + ".weight", Tensor(diagonal, shape: [channels, channels, 1, 1]))
        node(.convolution(ConvolutionAttributes(kernel: [1, 1])), [name, result + ".weight"], [result])
    }
}
