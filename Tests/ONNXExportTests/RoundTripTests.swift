import Engine
import Foundation
import GraphIR
import ONNXExport
import ONNXImport
import Tensors
import TestSupport
import Testing

/// Graph → file → graph.
@Suite struct RoundTripTests {
    /// `graph` after the standard passes, and what is read back of its file, after the standard passes too.
    static func written(_ graph: Graph) throws -> (before: Graph, after: Graph, types: [String: TensorType]) {
        var before = graph
        let types = try PassPipeline.standard.run(&before)
        var after = try ONNXImporter.decode(try ONNXExporter.encode(before, types: types), name: "written")
        let typesAfter = try PassPipeline.standard.run(&after)
        return (before, after, typesAfter)
    }

    @Test(arguments: OperatorCase.all) func operatorsComputeTheSame(operator: OperatorCase) throws {
        let (before, after, _) = try Self.written(`operator`.graph)
        #expect(after.nodes.count <= before.nodes.count)
        #expect(after.metadata == before.metadata)
        let inputs = ["x": Tensor.random(`operator`.shape, seed: 99)]
        let expected = try ReferenceEvaluator.run(before, inputs: inputs)
        let actual = try ReferenceEvaluator.run(after, inputs: inputs)
        #expect(expected.count == `operator`.results)
        for (name, tensor) in expected {
            // Logarithms and roots of negative numbers are NaN, which equals nothing.
            #expect(tensor.bits == actual[name]?.bits, "\(name)")
        }
    }

    /// An output that is a constant, or an input, or read inside the graph, keeps its name.
    @Test func outputsKeepTheirNames() throws {
        var graph = OperatorCase(name: "", operation: .activation(.relu)).graph
        graph.constants["c"] = .vector([1, 2])
        graph.nodes.append(Node(name: "i", operation: .identity, inputs: ["x"], outputs: ["copy"]))
        graph.nodes.append(Node(name: "m", operation: .activation(.tanh), inputs: ["y0"], outputs: ["z"]))
        graph.outputs = ["c", "copy", "z", "y0"]
        let (before, after, _) = try Self.written(graph)
        let inputs = ["x": Tensor.random([1, 4, 6, 6], seed: 7)]
        #expect(after.outputs == graph.outputs)
        #expect(try ReferenceEvaluator.run(before, inputs: inputs) == ReferenceEvaluator.run(after, inputs: inputs))
    }

    /// Weights come back rounded, everything else as it was.
    @Test func quantizationSurvives() throws {
        var attributes = ConvolutionAttributes(kernel: [3, 3], padding: [1, 1, 1, 1], activation: .silu)
        attributes.residual = .beforeActivation
        let sample = OperatorCase(
            name: "", operation: .convolution(attributes),
            constants: [.random([4, 4, 3, 3], seed: 1), .random([4], seed: 2)], addsInput: true)
        var graph = sample.graph
        graph.nodes.append(
            Node(name: "last", operation: .convolution(attributes), inputs: ["y0", "c0", "c1", "y0"], outputs: ["z"]))
        graph.outputs = ["z"]
        let weights = try #require(graph.constants["c0"]?.floats)
        let scales = QuantizedWeights.scales(weights, filters: 4)
        graph.quantization = QuantizationTable(
            values: [
                "doubled": Quantization(scale: 0.25, zeroPoint: 3), "y0": Quantization(scale: 0.5, zeroPoint: 0),
                "x": Quantization(scale: 1, zeroPoint: 255),
            ], weightScales: ["c0": scales])
        let (before, after, _) = try Self.written(graph)
        #expect(before.quantization == graph.quantization)
        #expect(after.quantization == graph.quantization)
        #expect(after.nodes == before.nodes)
        #expect(after.constants["c0"]?.floats == QuantizedWeights.rounded(weights, scales: scales))
        // Rounded once, they stay.
        #expect(try Self.written(after).after.constants == after.constants)
    }

    @Test func weightsRoundToNearestAndZerosStay() {
        let weights: [Float] = [0, 0, 127, -63.5, 2.54, -1.3]
        let scales = QuantizedWeights.scales(weights, filters: 3)
        #expect(scales == [1, 1, Float(2.54) / 127])
        #expect(QuantizedWeights.integers(weights, scales: scales) == [0, 0, 127, -64, 127, -65])
        #expect(QuantizedWeights.integers([300, -300], scales: [1, 1]) == [127, -127])
    }

    @Test func writesWholeFilesOrNone() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var graph = OperatorCase.all[0].graph
        let types = try PassPipeline.standard.run(&graph)
        let path = folder.appendingPathComponent("model.onnx").path
        for _ in 0..<2 { try ONNXExporter.write(graph, types: types, to: path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.onnx"])
        #expect(try ONNXImporter.load(path: path).nodes.count == graph.nodes.count)
        #expect { try ONNXExporter.write(graph, types: types, to: path + "/nowhere.onnx") } throws: {
            ($0 as? ONNXExportError)?.code == .unwritable
        }
    }
}

extension Tensor {
    /// The elements' bits, which equal each other also where they mean NaN.
    fileprivate var bits: [UInt32]? {
        floats.map { $0.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }
            ?? integers?.map { UInt32(truncatingIfNeeded: $0) }
    }
}
