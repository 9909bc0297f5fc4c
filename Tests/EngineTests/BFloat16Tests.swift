import Engine
import GraphIR
import Kernels
import Tensors
import TestSupport
import Testing

/// Kernels of half the precision against sums in double precision of operands rounded one by one.
@Suite("bf16 kernels", .enabled(if: InstructionSet.supports(.bf16)))
struct BFloat16Tests {
    private func run(_ test: TestGraph, _ inputs: [String: Tensor]) throws -> [String: Tensor] {
        let types = try ShapeInference.infer(test.graph)
        let model = try CompiledModel(graph: test.graph, types: types, precision: .bf16)
        #expect(model.precision == .bf16)
        return try InferenceSession(model: model, threads: 1).run(inputs)
    }

    @Test("numbers are rounded to the nearest, ties to even")
    func rounding() throws {
        // Half a unit in the last place above 1 and above the next number; just beside; negative; a carry into the exponent.
        let ulp = Float(1) / 128
        let values: [Float] = [
            1, 1 + ulp / 2, 1 + ulp * 3 / 2, 1 + ulp * 0.501, 1 + ulp * 0.499, -1 - ulp / 2, -1 - ulp * 3 / 2, 1.9999,
            255.4,
            3e38, 1e-37, 0,
        ]
        let expected: [Float] = [
            1, 1, 1 + 2 * ulp, 1 + ulp, 1, -1, -1 - 2 * ulp, 2, 255, values[9].roundedToBFloat16,
            values[10].roundedToBFloat16, 0,
        ]
        #expect(values.map(\.roundedToBFloat16) == expected)
        let (count, ones) = (values.count, Tensor([Float](repeating: 1, count: values.count), shape: [1, 12, 1, 1]))
        let diagonal = (0..<count * count).map { $0 / count == $0 % count ? Float(1) : 0 }
        // As input of a convolution that passes every channel on, then as its weights.
        for (input, scale) in [
            (Tensor(values, shape: [1, 12, 1, 1]), [Float](repeating: 1, count: count)), (ones, values),
        ] {
            var test = TestGraph()
            test.input("x", [1, 12, 1, 1])
            let weights = diagonal.enumerated().map { $1 * scale[$0 / count] }
            test.constant("w", Tensor(weights, shape: [12, 12, 1, 1]))
            test.node(.convolution(ConvolutionAttributes(kernel: [1, 1])), ["x", "w"], ["y"])
            test.graph.outputs = ["y"]
            #expect(try run(test, ["x": input])["y"]?.floats == expected)
        }
    }

    /// Sums of products of rounded operands, and of their absolute values: the scale of the error of 32-bit sums.
    private func reference(
        _ x: Tensor, _ weights: Tensor, _ bias: [Float], kernel: Int, stride: Int, pad: Int, roundsWeights: Bool
    ) -> [(sum: Double, magnitude: Double)] {
        let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
        let perGroup = weights.shape[1]
        let outputsPerGroup = weights.shape[0] * perGroup / channels
        let (a, w) = (
            x.roundedToBFloat16.floats ?? [], (roundsWeights ? weights.roundedToBFloat16 : weights).floats ?? []
        )
        let rows = (height + 2 * pad - kernel) / stride + 1
        let columns = (width + 2 * pad - kernel) / stride + 1
        var result: [(sum: Double, magnitude: Double)] = []
        for output in 0..<weights.shape[0] {
            for place in 0..<rows * columns {
                let (top, left) = (place / columns * stride - pad, place % columns * stride - pad)
                var (sum, magnitude) = (Double(bias[output]), Double(abs(bias[output])))
                for step in 0..<perGroup * kernel * kernel {
                    let (inner, ky, kx) = (step / (kernel * kernel), step / kernel % kernel, step % kernel)
                    guard 0..<height ~= top + ky, 0..<width ~= left + kx else { continue }
                    let channel = output / outputsPerGroup * perGroup + inner
                    let value = Double(a[(channel * height + top + ky) * width + left + kx])
                    let product = value * Double(w[output * perGroup * kernel * kernel + step])
                    (sum, magnitude) = (sum + product, magnitude + abs(product))
                }
                result.append((sum, magnitude))
            }
        }
        return result
    }

    /// Tolerance: 10⁻⁶ of the sum of absolute products for 32-bit sums; where the result is stored as bf16, half a unit in its
    /// last place besides, 2⁻⁸ of it.
    private func check(channels: Int, outputs: Int, _ height: Int, _ width: Int, kernel: Int, stride: Int, group: Int)
        throws
    {
        var test = TestGraph()
        test.input("x", [1, channels, height, width])
        let pad = kernel / 2
        let attributes = ConvolutionAttributes(
            kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad], group: group)
        test.convolution("x", "y", channels: channels, outputs: outputs, attributes)
        test.node(.maxPool(PoolAttributes(kernel: [1, 1])), ["y"], ["z"])
        let x = test.random.tensor([1, channels, height, width])
        let weights = try #require(test.graph.constants["y.weight"])
        let bias = try #require(test.graph.constants["y.bias"]?.floats)
        // Weights of depthwise kernels stay as they are.
        let isDepthwise = group == channels && outputs == channels && group > 1
        let expected = reference(
            x, weights, bias, kernel: kernel, stride: stride, pad: pad, roundsWeights: !isDepthwise)
        for (name, isStored) in [("y", false), ("z", true)] where !(isDepthwise && !isStored) {
            test.graph.outputs = [name]
            let values = try #require(try run(test, ["x": x])[name]?.floats)
            let wrong = zip(values, expected).filter {
                abs(Double($0) - $1.sum) > 1e-6 * $1.magnitude + (isStored ? abs($1.sum) / 256 : 0)
            }
            #expect(
                values.count == expected.count && wrong.isEmpty,
                "\(channels)→\(outputs) \(height)x\(width) \(attributes) \(name): \(wrong.prefix(3))")
        }
    }

    @Test("1×1 over channel counts and sizes", arguments: [9, 15, 16, 17, 33, 64])
    func pointwise(channels: Int) throws {
        for outputs in [1, 16, 20, 33] {
            for (height, width) in [(1, 1), (2, 7), (5, 5), (20, 21)] {
                try check(channels: channels, outputs: outputs, height, width, kernel: 1, stride: 1, group: 1)
            }
        }
    }

    @Test("3×3 and 5×5, dense, grouped and depthwise", arguments: [3, 5], [1, 2])
    func spatial(kernel: Int, stride: Int) throws {
        for (channels, outputs, group) in [(16, 24, 1), (33, 16, 1), (16, 32, 4), (24, 24, 24), (32, 64, 32)] {
            for (height, width) in [(5, 5), (8, 13), (11, 4)] {
                try check(
                    channels: channels, outputs: outputs, height, width, kernel: kernel, stride: stride, group: group)
            }
        }
    }

    @Test("a few planes, read in pairs of columns", arguments: [1, 2, 3, 6])
    func stem(kernel: Int) throws {
        for (channels, width) in [(3, 16), (3, 23), (1, 9), (8, 12)] {
            try check(channels: channels, outputs: 18, 12, width, kernel: kernel, stride: 2, group: 1)
        }
    }
}
