import Foundation
import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import TestSupport
import Testing

/// Real detectors, which are not part of the project.
@Suite struct SharedModelTests {
    static let models = SharedMaterial.folder("models", for: "import of real models")

    static let files: [URL] = {
        guard let models, let files = FileManager.default.enumerator(at: models, includingPropertiesForKeys: nil) else {
            return []
        }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "onnx" }.sorted { $0.path < $1.path }
    }()

    /// The optimised graph returns the shapes that the file declares, and nothing is left that passes should remove.
    @Test(arguments: files) func importsAndOptimises(file: URL) throws {
        var graph = try ONNXImporter.load(path: file.path)
        let types = try PassPipeline.standard.run(&graph)
        let declared = try ONNXModelCoding.decode([UInt8](try Data(contentsOf: file))).graph.output
        for info in declared where graph.outputs.contains(info.name) {
            let extents = info.type.tensorType.shape.dim.map { Int($0.dimValue) }
            // How many boxes a suppression selects is open.
            guard !extents.contains(0) else { continue }
            #expect(types[info.name]?.shape == Shape(extents))
        }
        for node in graph.nodes {
            switch node.operation {
            case .shape, .batchNormalization, .identity, .clip, .flatten, .squeeze, .unsqueeze:
                Issue.record("\(node.operation.name) '\(node.name)' is left")
            // Of Focus.
            case .slice: #expect(node.inputs[0] != graph.inputs[0].name)
            default: break
            }
        }
    }

    /// The first stages of a detector (Focus, depthwise layers, SiLU, a residual addition) under the reference evaluator,
    /// before and after all passes.
    @Test func optimisedDetectorComputesTheSame() throws {
        guard let file = Self.files.first(where: { $0.lastPathComponent == "yolox_person_192.onnx" }) else { return }
        let plain = try ONNXImporter.load(path: file.path, outputs: ["input.67"])
        var optimised = plain
        try PassPipeline.standard.run(&optimised)
        #expect(optimised.nodes.count < plain.nodes.count / 2)
        let pixels = (0..<3 * 192 * 192).map { (index: Int) -> Float in Float(index * 40_503 % 65_536 / 256) }
        let inputs = ["images": Tensor(pixels, shape: [1, 3, 192, 192])]
        let expected = try #require(try ReferenceEvaluator.run(plain, inputs: inputs)["input.67"])
        let actual = try #require(try ReferenceEvaluator.run(optimised, inputs: inputs)["input.67"])
        #expect(actual.isClose(to: expected))
    }
}
