import Engine
import Foundation
import GraphIR
import ModelDefinition
import ONNXExport
import ONNXImport
import Tensors
import TestSupport
import Testing

/// What the comparisons need. Outside the suite, whose attribute cannot refer to its own members.
private enum Oracle {
    static let python = OraclePython.path(for: "built networks in ONNX Runtime")
    static let torch = OraclePython.torchPath(for: "built networks in PyTorch")
    /// The real YOLOv5n.
    static let yolov5n = SharedMaterial.folder("models", for: "a real network from its definition")?
        .appendingPathComponent("yolov5n/yolov5n.onnx").path
}

/// Built networks beside other programs' results.
@Suite(.serialized) struct OracleTests {
    private static let side = 64

    /// The variants of yolov5s are those of yolov5n, only wider.
    private static let names = Definitions.names.filter { !$0.hasPrefix("yolov5s-") }

    /// ONNX's checker accepts every shipped definition's model, and ONNX Runtime computes what the engine computes from the file.
    @Test(.enabled(if: Oracle.python != nil), arguments: names)
    func agreesWithONNXRuntime(name: String) throws { try compareWithONNXRuntime(name, folds: true) }

    /// So with batch norms left as they are.
    @Test(.enabled(if: Oracle.python != nil), arguments: ["yolov5n-ghost", "yolov7-tiny"])
    func agreesWithONNXRuntimeUnfolded(name: String) throws { try compareWithONNXRuntime(name, folds: false) }

    private func compareWithONNXRuntime(_ name: String, folds: Bool) throws {
        let folder = try TemporaryFolder()
        let (graph, types) = try Definitions.network(Definitions.shipped(name), side: Self.side)
            .graph(foldsBatchNormalization: folds)
        let model = folder.path("model.onnx")
        try ONNXExporter.write(graph, types: types, to: model)
        try folder.python(Oracle.python, ["run_onnxruntime.py", model, folder.path(""), "--check"])
        let expected = try NumPyFile.read(path: folder.path("output.npy"))
        let actual = try run(try ONNXImporter.load(path: model), try NumPyFile.read(path: folder.path("input.npy")))
        expectClose(actual, expected.floats ?? [], columns: 85, name)
    }

    /// The PyTorch definitions in tools/windhover_modules.py take the parameters under the same names and compute the same.
    @Test(.enabled(if: Oracle.torch != nil)) func agreeWithPyTorch() throws {
        let folder = try TemporaryFolder()
        var expected: [String: [Float]] = [:]
        for name in Self.names {
            let definition = try Definitions.shipped(name)
            let network = try Definitions.network(definition, side: Self.side)
            let (graph, _) = try network.graph(foldsBatchNormalization: false)
            let parameters = graph.constants.filter { $0.value.floats != nil && network.isParameter($0.key) }
            try Data(SafetensorsFile.encode(parameters)).write(to: folder.url(name + ".safetensors"))
            try definition.text(heading: []).write(to: folder.url(name + ".yaml"), atomically: true, encoding: .utf8)
            let input = Tensor.noise([1, 3, Self.side, Self.side], seed: 4)
            try NumPyFile.write(input, to: folder.path(name + ".in.npy"))
            expected[name] = try run(graph, input)
        }
        try folder.python(Oracle.torch, ["run_torch.py", folder.path("")] + Self.names)
        for (name, values) in expected {
            let torch = try NumPyFile.read(path: folder.path(name + ".out.npy"))
            expectClose(values, torch.floats ?? [], columns: 85, name)
        }
    }

    /// The weights of the real YOLOv5n, put into its definition, give what the real network gives.
    @Test(.enabled(if: Oracle.yolov5n != nil)) func realWeightsGiveRealResults() throws {
        let path = try #require(Oracle.yolov5n)
        let real = try ONNXImporter.load(path: path)
        let definition = try Definitions.shipped("yolov5n")
        let (own, _) = try Definitions.network(definition, side: 640).graph(foldsBatchNormalization: true)
        // Both list convolutions in the order in which they are computed; the real file has names of its own.
        let tensors = Dictionary(
            uniqueKeysWithValues: zip(own.convolutions, real.convolutions).flatMap { mine, theirs in
                [(mine.name + ".weight", theirs.inputs[1]), (mine.name + ".bias", theirs.inputs[2])]
                    .compactMap { name, value in real.constants[value].map { (name, $0) } }
            })
        let network = try DefinedNetwork(
            definition, width: 640, height: 640, values: .trained(tensors, source: "the real network"))
        let input = Tensor.noise([1, 3, 640, 640], seed: 6)
        let expected = try run(real, input)
        expectClose(
            try run(network.graph(foldsBatchNormalization: true).graph, input), expected, columns: 85, "yolov5n")
    }

    private func run(_ graph: Graph, _ input: Tensor) throws -> [Float] {
        var graph = graph
        let types = try PassPipeline.standard.run(&graph)
        let session = InferenceSession(model: try CompiledModel(graph: graph, types: types), threads: 2)
        return try #require(try session.run(["images": input])["output"]?.floats)
    }
}

extension DefinedNetwork {
    /// Whether a constant of the graph is trained.
    fileprivate func isParameter(_ name: String) -> Bool {
        name.hasSuffix(".weight") || name.hasSuffix(".bias") || name.contains(".running_")
            || name.hasSuffix(".implicit")
    }
}

extension Graph {
    fileprivate var convolutions: [Node] {
        nodes.filter { if case .convolution = $0.operation { true } else { false } }
    }
}

/// A folder that goes when it is no longer needed.
private final class TemporaryFolder {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func url(_ name: String) -> URL { name.isEmpty ? folder : folder.appendingPathComponent(name) }
    func path(_ name: String) -> String { url(name).path }

    /// Runs a script of Tests/Oracles.
    func python(_ interpreter: String?, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(interpreter))
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/\(arguments[0])").path
        process.arguments = [script] + arguments.dropFirst()
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments[0]) failed")
    }
}
