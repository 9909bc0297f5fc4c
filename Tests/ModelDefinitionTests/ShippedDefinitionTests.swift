import Engine
import Foundation
import GraphIR
import ModelDefinition
import ONNXExport
import ONNXImport
import Tensors
import TestSupport
import Testing

@Suite struct ShippedDefinitionTests {
    /// Published totals: parameters with batch norms folded and in training, and 10⁹ multiply-adds as half of the published operations.
    @Test(arguments: [
        ("yolov5n", 1_867_405, 1_872_157, 4.5), ("yolov5s", 7_225_885, 7_235_389, 16.5),
        ("yolov7-tiny", 6_219_709, 6_228_762, 13.7),
    ]) func totalsAreThePublishedOnes(name: String, parameters: Int, trained: Int, operations: Double) throws {
        let network = try Definitions.network(Definitions.shipped(name), side: 640)
        #expect(network.cost.parameters == parameters && network.cost.trainedParameters == trained)
        #expect(abs(Double(network.cost.multiplyAdds) / (operations / 2 * 1e9) - 1) < 0.01)
        #expect(network.strides == [8, 16, 32])
        let (graph, types) = try network.graph(foldsBatchNormalization: true)
        #expect(graph.multiplyAdds(types: types) == network.cost.multiplyAdds)
        // Weights and biases of convolutions are all that is left of the parameters.
        let counted = graph.nodes.reduce(0) { sum, node in
            guard case .convolution = node.operation else { return sum }
            return sum + node.inputs.dropFirst().reduce(0) { $0 + (graph.constants[$1]?.count ?? 0) }
        }
        #expect(counted == parameters)
        #expect(!graph.nodes.contains { if case .batchNormalization = $0.operation { true } else { false } })
    }

    /// Every shipped variant is what `lighten` makes of its base today, lighter in every respect.
    @Test(arguments: Definitions.bases, Lightening.allCases) func variantsAreLighter(base: String, way: Lightening)
        throws
    {
        let original = try Definitions.shipped(base)
        let (made, replaced) = try way.applied(to: original, stages: way.usualStages)
        let shipped = try Definitions.shipped("\(base)-\(way.rawValue)")
        #expect(shipped.rows.map(\.text) == made.rows.map(\.text) && shipped.anchors == original.anchors)
        #expect(shipped.widthMultiple == original.widthMultiple && shipped.depthMultiple == original.depthMultiple)
        let (before, after) = (
            try Definitions.network(original, side: 640), try Definitions.network(shipped, side: 640)
        )
        #expect(after.cost.parameters < before.cost.parameters * 95 / 100)
        #expect(after.cost.multiplyAdds < before.cost.multiplyAdds * 95 / 100)
        for index in original.rows.indices {
            #expect(before.rows[index].output == after.rows[index].output)
            if !replaced.contains(index) { #expect(original.rows[index].text == shipped.rows[index].text) }
        }
    }

    /// The engine computes what the reference does, batch norms folded or not.
    @Test(arguments: ["yolov5n-shufflenetv2", "yolov7-tiny-mobilenetv3"], [true, false])
    func runInTheEngine(name: String, folds: Bool) throws {
        var (graph, _) = try Definitions.network(Definitions.shipped(name), side: 32).graph(
            foldsBatchNormalization: folds)
        let input = Tensor.noise([1, 3, 32, 32], seed: 3)
        let expected = try #require(try ReferenceEvaluator.run(graph, inputs: ["images": input])["output"]?.floats)
        let types = try PassPipeline.standard.run(&graph)
        let session = InferenceSession(model: try CompiledModel(graph: graph, types: types), threads: 2)
        let actual = try #require(try session.run(["images": input])["output"]?.floats)
        expectClose(actual, expected, columns: 85, name)
    }

    /// The same seed gives the same bytes, another seed others.
    @Test func seedsRepeat() throws {
        func bytes(_ seed: UInt64) throws -> [UInt8] {
            let network = try Definitions.network(Definitions.small("[-1, 1, C3, [16]]"), seed: seed)
            let (graph, types) = try network.graph(foldsBatchNormalization: true)
            return try ONNXExporter.encode(graph, types: types)
        }
        #expect(try bytes(1) == bytes(1))
        #expect(try bytes(1) != bytes(2))
    }

    /// These bits are the same on every machine.
    @Test func randomNumbersAreFixed() throws {
        let (graph, _) = try Definitions.network(Definitions.small("[-1, 1, Conv, [8, 3, 2]]"), seed: 7)
            .graph(foldsBatchNormalization: false)
        func first(_ name: String) throws -> UInt32 { try #require(graph.constants[name]?.floats?.first).bitPattern }
        #expect(try first("model.0.conv.weight") == 0x3DD0_5B40)
        #expect(try first("model.0.bn.running_var") == 0x3D06_3A7F)
        #expect(try first("model.1.m.0.bias") == 0x3D9A_14B1)
    }

    /// An untrained network finds next to nothing.
    @Test func untrainedNetworksAreQuiet() throws {
        let (graph, _) = try Definitions.network(Definitions.shipped("yolov5n"), side: 64)
            .graph(foldsBatchNormalization: true)
        var optimised = graph
        let types = try PassPipeline.standard.run(&optimised)
        let session = InferenceSession(model: try CompiledModel(graph: optimised, types: types), threads: 2)
        let output = try #require(try session.run(["images": .noise([1, 3, 64, 64], seed: 1)])["output"]?.floats)
        let objectness = stride(from: 4, to: output.count, by: 85).map { output[$0] }
        #expect(objectness.allSatisfy { $0 < 0.25 } && Set(objectness).count > 100)
        #expect(
            graph.metadata["anchors"]?.hasPrefix("[[10, 13, 16") == true && graph.metadata["strides"] == "[8, 16, 32]")
    }
}

extension ModuleRow {
    /// What a file would say, whichever line it is on.
    var text: String { "\(from) \(number) \(module) \(arguments.map(\.text))" }
}

extension Tensor {
    static func noise(_ shape: Shape, seed: UInt64) -> Tensor {
        var random = SeededGenerator(seed)
        return Tensor((0..<shape.count).map { _ in Float.random(in: 0..<1, using: &random) }, shape: shape)
    }
}

/// Each column of the output within 1e-4 of its largest value.
func expectClose(_ actual: [Float], _ expected: [Float], columns: Int, _ comment: String) {
    #expect(actual.count == expected.count && !actual.isEmpty)
    guard actual.count == expected.count else { return }
    for column in 0..<columns {
        let places = stride(from: column, to: actual.count, by: columns)
        let scale = places.map { abs(expected[$0]) }.max() ?? 0
        let error = places.map { abs(actual[$0] - expected[$0]) }.max() ?? 0
        #expect(error <= 1e-4 * scale, "\(comment), column \(column): \(error / scale)")
    }
}
