import GraphIR
import Tensors
import Testing

@Suite("Convolution kernels against the reference")
struct ConvolutionTests {
    private func check(
        channels: Int, outputs: Int, _ height: Int, _ width: Int, _ attributes: ConvolutionAttributes
    ) throws {
        var test = TestGraph()
        test.input("x", [1, channels, height, width])
        test.convolution("x", "y", channels: channels, outputs: outputs, attributes)
        test.graph.outputs = ["y"]
        try expectEquivalence(test, "\(channels)→\(outputs) \(height)x\(width) \(attributes)")
    }

    @Test("1×1 over all small channel counts and sizes", arguments: [1, 3, 9, 16, 17, 32, 40])
    func pointwise(channels: Int) throws {
        for outputs in [1, 4, 16, 20, 32, 33, 50] {
            for (height, width) in [(1, 1), (1, 3), (3, 3), (2, 7), (5, 5), (4, 13), (7, 7)] {
                try check(
                    channels: channels, outputs: outputs, height, width, ConvolutionAttributes(kernel: [1, 1]))
            }
        }
    }

    @Test("a map large enough to be split by pixels")
    func manyPixels() throws {
        try check(channels: 24, outputs: 40, 21, 23, ConvolutionAttributes(kernel: [1, 1], activation: .silu))
    }

    @Test("stems of six columns and stride 2, which compute pixels in pairs", arguments: [16, 20, 33, 48])
    func columnPairs(outputs: Int) throws {
        for (width, left, right) in [(4, 2, 2), (8, 0, 0), (12, 2, 2), (29, 5, 6), (44, 1, 1), (61, 2, 3)] {
            for (channels, rows) in [(1, 6), (3, 6), (3, 1), (4, 2)] {
                let attributes = ConvolutionAttributes(
                    kernel: [rows, 6], strides: [2, 2], padding: [rows / 3, left, rows / 3, right], activation: .silu)
                try check(channels: channels, outputs: outputs, 11, width, attributes)
            }
        }
    }

    @Test("stems that convert colours, of stride 1 downwards and 2 to the right", arguments: [16, 20, 33])
    func foldedStems(outputs: Int) throws {
        let weights = [[1, 0, 1.6], [1, -0.4, -0.8], [1, 2, 0]]
        for (kernel, pad) in [(6, 2), (3, 1), (3, 0), (2, 0), (7, 3)] {
            for (height, width) in [(8, 8), (12, 30), (26, 52)] {
                var test = TestGraph()
                test.input("x", [1, 3, height, width])
                let attributes = ConvolutionAttributes(
                    kernel: [kernel, kernel], strides: [2, 2], padding: [pad, pad, pad, pad], activation: .silu)
                test.convolution("x", "y", channels: 3, outputs: outputs, attributes)
                test.graph.outputs = ["y"]
                try PassPipeline([FoldColourConversion(input: "x", weights: weights)]).run(&test.graph)
                try expectEquivalence(test, "\(kernel)×\(kernel) → \(outputs), \(height)×\(width)")
            }
        }
    }

    @Test("k×k with strides, padding and dilation", arguments: [1, 3, 8, 16, 19])
    func spatial(channels: Int) throws {
        for kernel in [[3, 3], [1, 3], [5, 2], [6, 6]] {
            for (stride, pad, dilation) in [(1, 0, 1), (1, 1, 1), (2, 1, 1), (2, 2, 1), (3, 0, 1), (1, 2, 2)] {
                let attributes = ConvolutionAttributes(
                    kernel: kernel, strides: [stride, stride], padding: [pad, pad, pad, pad],
                    dilations: [dilation, dilation])
                for (height, width) in [(11, 11), (12, 17)] {
                    try check(channels: channels, outputs: 18, height, width, attributes)
                }
            }
        }
    }

    @Test("asymmetric padding, as exporters of TensorFlow models write")
    func asymmetricPadding() throws {
        for channels in [3, 16] {
            let attributes = ConvolutionAttributes(kernel: [3, 3], strides: [2, 2], padding: [0, 0, 1, 1])
            try check(channels: channels, outputs: 16, 10, 14, attributes)
        }
    }

    @Test("depthwise over kernels, strides and sizes", arguments: [1, 2, 3, 5, 7])
    func depthwise(kernel: Int) throws {
        for (channels, stride, dilation) in [(2, 1, 1), (16, 1, 1), (16, 2, 1), (21, 2, 1), (33, 1, 2), (16, 3, 1)] {
            for (height, width) in [(1, 1), (3, 2), (7, 7), (9, 16), (14, 5)] {
                let reach = (kernel - 1) * dilation
                for pad in Set([0, kernel / 2 * dilation]) where height + 2 * pad > reach && width + 2 * pad > reach {
                    let attributes = ConvolutionAttributes(
                        kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad],
                        dilations: [dilation, dilation], group: channels)
                    try check(channels: channels, outputs: channels, height, width, attributes)
                }
            }
        }
    }

    @Test("grouped, and depthwise with a channel multiplier")
    func grouped() throws {
        for (channels, outputs, group) in [
            (4, 4, 2), (16, 32, 4), (32, 32, 2), (12, 24, 12), (48, 48, 3), (40, 20, 20),
        ] {
            for kernel in [1, 3] {
                let pad = kernel / 2
                let attributes = ConvolutionAttributes(
                    kernel: [kernel, kernel], padding: [pad, pad, pad, pad], group: group, activation: .relu)
                try check(channels: channels, outputs: outputs, 6, 7, attributes)
            }
        }
    }

    @Test("every fused activation, with and without a residual")
    func epilogues() throws {
        let activations: [Activation?] = [
            nil, .relu, .clamp(minimum: 0, maximum: 6), .leakyReLU(slope: 0.1), .sigmoid, .silu,
            .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .tanh, .mish, .elu(alpha: 1),
        ]
        for activation in activations {
            for (kernel, group) in [(1, 1), (3, 1), (3, 24)] {
                for residual: ConvolutionAttributes.Residual in [.none, .beforeActivation, .afterActivation] {
                    var test = TestGraph()
                    test.input("x", [1, 24, 9, 10])
                    let pad = kernel / 2
                    test.convolution("x", "a", channels: 24, outputs: 24, ConvolutionAttributes(kernel: [1, 1]))
                    let attributes = ConvolutionAttributes(
                        kernel: [kernel, kernel], padding: [pad, pad, pad, pad], group: group, activation: activation,
                        residual: residual)
                    test.convolution(
                        "a", "y", channels: 24, outputs: 24, attributes, residual: residual == .none ? nil : "a")
                    test.graph.outputs = ["y"]
                    try expectEquivalence(test, "\(String(describing: activation)) k\(kernel) residual \(residual)")
                }
            }
        }
    }
}
