import Engine
import Foundation
import GraphIR
import Kernels
import ONNXImport
import Tensors
import TestSupport
import Testing

private enum Material {
    static let models = SharedMaterial.folder("models", for: "alike rows in real detectors")
    static let hasModels = models != nil
}

/// Inputs with padding, computed as such and in full: the same bits.
@Suite("Alike rows")
struct AlikeRowsTests {
    /// A random input whose rows `rows` are the same in each channel.
    private func padded(_ shape: Shape, _ rows: Range<Int>, _ range: ClosedRange<Float>, seed: UInt64) -> Tensor {
        var random = SeededGenerator(seed)
        var values = random.tensor(shape, in: range).floats ?? []
        let (height, width) = (shape[2], shape[3])
        for channel in 0..<shape[1] {
            for row in rows {
                let (from, to) = ((channel * height + rows.lowerBound) * width, (channel * height + row) * width)
                for column in 0..<width { values[to + column] = values[from + column] }
            }
        }
        return Tensor(values, shape: shape)
    }

    /// Runs sessions that know of the rows, on every instruction set and for several thread counts, against one that does not.
    /// They are told of one range after the other, the last one empty. Returns the share of the work of the first range.
    @discardableResult
    private func expectSameOutputs(
        _ model: CompiledModel, _ ranges: [Range<Int>], values: ClosedRange<Float>, _ comment: String,
        instructionSets: ArraySlice<KernelTable> = InstructionSet.available[...]
    ) throws -> Double {
        let port = model.inputs[0]
        var share = 1.0
        for kernels in instructionSets where model.precision != .bf16 || kernels.hasBFloat16 {
            let plain = InferenceSession(model: model, threads: 1, kernels: kernels)
            for threads in [1, 3] {
                let session = InferenceSession(model: model, threads: threads, kernels: kernels)
                for (index, rows) in (ranges + [0..<0]).enumerated() {
                    let input = padded(port.type.shape, rows, values, seed: UInt64(index + 1))
                    session.setAlikeRows(rows)
                    if index == 0 { share = Double(session.units) / Double(plain.units) }
                    let same = try session.run([port.name: input]) == plain.run([port.name: input])
                    #expect(same, "\(comment), \(kernels.name), \(threads) threads, rows \(rows): other bits")
                }
                #expect(session.units == plain.units)
            }
        }
        return share
    }

    /// A stem, then what stands between it and a head: depthwise and dense windows, residuals, a concatenation in place, pooling and
    /// an enlargement.
    private func network(height: Int, width: Int) -> TestGraph {
        var test = TestGraph()
        func window(_ kernel: Int, stride: Int = 1, group: Int = 1, residual: ConvolutionAttributes.Residual = .none)
            -> ConvolutionAttributes
        {
            let pad = (kernel - 1) / 2
            return ConvolutionAttributes(
                kernel: [kernel, kernel], strides: [stride, stride], padding: [pad, pad, pad, pad], group: group,
                activation: .silu, residual: residual)
        }
        test.input("x", [1, 3, height, width])
        test.convolution("x", "stem", channels: 3, outputs: 16, window(6, stride: 2))
        test.convolution("stem", "down", channels: 16, outputs: 16, window(3, stride: 2, group: 16))
        test.convolution("down", "wide", channels: 16, outputs: 32, window(1))
        test.convolution("wide", "left", channels: 32, outputs: 16, window(1))
        test.convolution("wide", "right", channels: 32, outputs: 16, window(1))
        test.convolution("left", "deep", channels: 16, outputs: 16, window(3, group: 16))
        test.convolution(
            "deep", "sum", channels: 16, outputs: 16, window(1, residual: .afterActivation), residual: "left")
        test.node(.concat(axis: 1), ["sum", "right"], ["both"])
        test.convolution("both", "dense", channels: 32, outputs: 20, window(3))
        test.convolution(
            "dense", "last", channels: 20, outputs: 20, window(3, residual: .beforeActivation), residual: "dense")
        test.node(.maxPool(PoolAttributes(kernel: [2, 2], strides: [2, 2])), ["both"], ["pooled"])
        test.graph.outputs = ["last", "pooled"]
        return test
    }

    @Test("a network of all kinds of windows", arguments: [(48, 40), (61, 33), (96, 9)])
    func windows(height: Int, width: Int) throws {
        let test = network(height: height, width: width)
        let types = try ShapeInference.infer(test.graph)
        let ranges = [height / 4..<height, height / 2..<height, 0..<height / 2, 5..<height - 3, height - 2..<height]
        var inputs = ["x": padded([1, 3, height, width], 0..<1, -2...2, seed: 1)]
        let quantized = try test.quantized(&inputs)
        for precision in Precision.allCases where InstructionSet.supports(precision) {
            let graph = precision == .int8 ? quantized.graph : test.graph
            let model = try CompiledModel(graph: graph, types: types, precision: precision)
            #expect(precision != .int8 || model.byteConvolutions == model.convolutions)
            let share = try expectSameOutputs(model, ranges, values: -2...2, "\(height)×\(width) in \(precision)")
            #expect(share < 0.85)
        }
    }

    /// Rows of stride 1 downwards and 2 to the right, of three planes.
    @Test("a stem that converts colours", arguments: [3, 6])
    func foldedStem(kernel: Int) throws {
        var test = TestGraph()
        test.input("x", [1, 3, 48, 40])
        let pad = (kernel - 1) / 2
        let stem = ConvolutionAttributes(
            kernel: [kernel, kernel], strides: [2, 2], padding: [pad, pad, pad, pad], activation: .silu)
        test.convolution("x", "stem", channels: 3, outputs: 20, stem)
        test.convolution("stem", "y", channels: 20, outputs: 16, ConvolutionAttributes(kernel: [1, 1]))
        test.graph.outputs = ["y"]
        let weights = [[1, 0, 1.6], [1, -0.4, -0.8], [1, 2, 0]]
        let types = try PassPipeline([FoldColourConversion(input: "x", weights: weights)]).run(&test.graph)
        for precision in [Precision.f32, .bf16] where InstructionSet.supports(precision) {
            let model = try CompiledModel(graph: test.graph, types: types, precision: precision)
            let share = try expectSameOutputs(model, [10..<24, 0..<12], values: -2...2, "\(kernel), \(precision)")
            #expect(share < 0.98)
        }
    }

    @Test(
        "real detectors with letterboxes", .enabled(if: Material.hasModels),
        arguments: [("yolox_nano", Float(255)), ("yolov5n", 1)])
    func realDetectors(model name: String, top: Float) throws {
        let models = try #require(Material.models)
        var graph = try ONNXImporter.load(path: models.appendingPathComponent("\(name)/\(name).onnx").path)
        let types = try PassPipeline.standard.run(&graph)
        let model = try CompiledModel(graph: graph, types: types)
        let height = model.inputs[0].type.shape[2]
        let share = try expectSameOutputs(
            model, [height * 9 / 16..<height], values: 0...top, name,
            instructionSets: InstructionSet.available.prefix(1))
        #expect(share < 0.99)
    }
}
