import Engine
import Foundation
import GraphIR
import ONNXExport
import ONNXImport
import Tensors
import TestSupport
import Testing

/// What the comparisons need. Outside the suite, whose attribute cannot refer to its own members.
private enum Material {
    static let python = OraclePython.path(for: "written models in ONNX Runtime")

    static let files: [URL] = {
        let folder = SharedMaterial.folder("models", for: "writing real models")
        guard let folder, let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            return []
        }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "onnx" }.sorted { $0.path < $1.path }
            .filter { (try? graph($0))?.inputs[0].elementType == .float32 }
    }()

    static func graph(_ file: URL) throws -> Graph { try ONNXImporter.load(path: file.path) }
}

@Suite(.serialized) struct WrittenModelTests {
    /// Real detectors compute the same after writing and reading: 1e-6 of the largest value, since passes may take sums in
    /// another order.
    @Test(arguments: Material.files) func computeTheSame(file: URL) throws {
        let (before, after, types) = try RoundTripTests.written(try Material.graph(file))
        #expect(after.nodes.count <= before.nodes.count)
        #expect(after.metadata == before.metadata)
        let input = before.inputs[0]
        let values = Tensor.random(Shape(input.dimensions.compactMap { $0 }), seed: 5)
        let expected = try run(before, types, values)
        let actual = try run(after, types, values)
        for (name, tensor) in expected where tensor.elementType == .float32 {
            expectClose(try #require(actual[name]), tensor, 1e-6, "\(file.lastPathComponent) \(name)")
        }
    }

    /// Quantized, they come back with the same table, and compute the same: 1e-6 of the largest value.
    @Test(arguments: Material.files) func quantizedOnesComeBack(file: URL) throws {
        let (graph, values) = try quantized(file)
        let (before, after, types) = try RoundTripTests.written(graph)
        #expect(before.quantization == graph.quantization)
        #expect(after.quantization.weightScales == before.quantization.weightScales)
        // What nothing reads has no place in the file where it would be quantized.
        let read = Set(before.nodes.flatMap(\.inputs))
        #expect(after.quantization.values == before.quantization.values.filter { read.contains($0.key) })
        #expect(after.nodes.count <= before.nodes.count)
        let (expected, actual) = (try run(before, types, values), try run(after, types, values))
        for (name, tensor) in expected where tensor.elementType == .float32 {
            expectClose(try #require(actual[name]), tensor, 1e-6, "\(file.lastPathComponent) \(name)")
        }
    }

    /// Quantized ones pass the checker, and ONNX Runtime can run them.
    @Test(.enabled(if: Material.python != nil), arguments: Material.files.filter { $0.path.contains("yolox_person") })
    func quantizedOnesRunElsewhere(file: URL) throws {
        let (graph, _) = try quantized(file)
        let (input, outputs) = try oracle(graph, try ShapeInference.infer(graph), range: "0,255")
        #expect(try outputs(graph.outputs[0]).count > 0 && input.count > 0)
    }

    /// A real model after the passes, quantized for one random input, and that input.
    private func quantized(_ file: URL) throws -> (Graph, Tensor) {
        var graph = try Material.graph(file)
        let types = try PassPipeline.standard.run(&graph)
        let values = Tensor.random(Shape(graph.inputs[0].dimensions.compactMap { $0 }), seed: 5)
        var calibration = try Calibration(graph: graph, types: types, inputRange: -1...1, threads: 2)
        calibration.observe(values.floats ?? [])
        return (graph.rounded(by: calibration.table(.quantile(1))), values)
    }

    /// ONNX's checker accepts real detectors written by us, and ONNX Runtime computes what the engine computes: 1e-4 of the
    /// largest value.
    @Test(.enabled(if: Material.python != nil), arguments: Material.files) func agreeWithONNXRuntime(file: URL) throws {
        var graph = try Material.graph(file)
        let types = try PassPipeline.standard.run(&graph)
        // What the model was trained on: others give outputs that are all small.
        let (input, outputs) = try oracle(graph, types, range: file.path.contains("yolox") ? "0,255" : "0,1")
        for (name, tensor) in try run(graph, types, input) where tensor.elementType == .float32 {
            expectClose(tensor, try outputs(name), 1e-4, "\(file.lastPathComponent) \(name)")
        }
    }

    /// So does every operator by itself, also with quantized operands.
    @Test(.enabled(if: Material.python != nil)) func operatorsAgreeWithONNXRuntime() throws {
        // All in one model, so that ONNX Runtime starts once.
        var joined = Graph(name: "all", inputs: [], outputs: [], nodes: [], constants: [:])
        for (number, sample) in OperatorCase.all.enumerated() where sample.shape == [1, 4, 6, 6] {
            joined.add(sample.graph, prefix: "\(number)/")
        }
        let types = try PassPipeline.standard.run(&joined)
        let (input, outputs) = try oracle(joined, types)
        let expected = try ReferenceEvaluator.run(joined, inputs: ["x": input])
        #expect(expected.count > 90)
        for (name, tensor) in expected where tensor.elementType == .float32 {
            expectClose(try outputs(name), tensor, 1e-5, OperatorCase.all[Int(name.prefix { $0 != "/" }) ?? 0].name)
        }
    }

    /// Suppressions select the same boxes in the same order: of corners in any order and of centres, with equal scores, with and
    /// without thresholds.
    @Test(.enabled(if: Material.python != nil)) func suppressionsAgreeWithONNXRuntime() throws {
        var graph = Graph.boxes()
        for areCentres in [false, true] {
            for (limit, overlap) in [(1, Float(0.5)), (5, 0), (200, 0.3), (200, 0.7), (7, 1), (0, 0.5)] {
                for threshold in [Float?.none, 0.5, 0.875] {
                    graph.suppress(areCentres, limit, overlap, threshold)
                }
            }
        }
        let types = try PassPipeline.standard.run(&graph)
        let (input, outputs) = try oracle(graph, types)
        let reference = try ReferenceEvaluator.run(graph, inputs: ["x": input])
        let engine = try run(graph, types, input)
        #expect(reference.count == 36 && reference.values.contains { $0.shape[0] > 20 })
        for (name, tensor) in reference {
            #expect(try outputs(name) == tensor, "\(name)")
            #expect(engine[name] == tensor, "\(name) in the engine")
        }
    }

    private func run(_ graph: Graph, _ types: [String: TensorType], _ input: Tensor) throws -> [String: Tensor] {
        let session = InferenceSession(model: try CompiledModel(graph: graph, types: types), threads: 2)
        return try session.run([graph.inputs[0].name: input])
    }

    /// Random inputs in `range`, and ONNX Runtime's outputs for them by name.
    private func oracle(
        _ graph: Graph, _ types: [String: TensorType], range: String = "0,1"
    ) throws -> (input: Tensor, output: (String) throws -> Tensor) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = folder.appendingPathComponent("model.onnx").path
        try ONNXExporter.write(graph, types: types, to: model)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Material.python))
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/run_onnxruntime.py").path
        process.arguments = [script, model, folder.path, "--check", "--range=\(range)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ONNX Runtime failed")
        var tensors: [String: Tensor] = [:]
        for name in graph.outputs where [.float32, .int64].contains(types[name]?.elementType) {
            let file = name.replacingOccurrences(of: "/", with: "_") + ".npy"
            tensors[name] = try NumPyFile.read(path: folder.appendingPathComponent(file).path)
        }
        let input = try NumPyFile.read(path: folder.appendingPathComponent("input.npy").path)
        return (input, { [tensors] name in try #require(tensors[name]) })
    }

    private func expectClose(_ actual: Tensor, _ expected: Tensor, _ tolerance: Float, _ comment: String) {
        let (a, b) = (actual.floats ?? [], expected.floats ?? [])
        let scale = max(b.filter(\.isFinite).map(abs).max() ?? 0, 1e-6)
        let error = zip(a, b).map { $0 == $1 || $0.isNaN && $1.isNaN ? 0 : abs($0 - $1) }.max() ?? 0
        #expect(actual.shape == expected.shape && error <= tolerance * scale, "\(comment): \(error / scale)")
    }
}

extension Graph {
    /// Adds another graph of the same input `x`, with its other names behind `prefix`.
    fileprivate mutating func add(_ other: Graph, prefix: String) {
        func renamed(_ name: String) -> String { name == "x" || name.isEmpty ? name : prefix + name }
        inputs = other.inputs
        outputs += other.outputs.map(renamed)
        for (name, tensor) in other.constants { constants[renamed(name)] = tensor }
        nodes += other.nodes.map {
            Node(
                name: prefix + $0.name, operation: $0.operation, inputs: $0.inputs.map(renamed),
                outputs: $0.outputs.map(renamed))
        }
    }
}

extension Graph {
    /// Boxes `[2, 40, 4]` and scores in steps of 1/16 `[2, 3, 40]`, out of one input.
    fileprivate static func boxes() -> Graph {
        var graph = Graph(
            name: "boxes", inputs: [GraphInput(name: "x", elementType: .float32, dimensions: [2, 40, 7])],
            outputs: [], nodes: [], constants: ["sizes": .vector([4, 3]), "steps": .scalar(16)])
        func add(_ operation: Operator, _ inputs: [String], _ outputs: [String]) {
            graph.nodes.append(Node(name: outputs[0], operation: operation, inputs: inputs, outputs: outputs))
        }
        add(.split(axis: 2), ["x", "sizes"], ["boxes", "numbers"])
        add(.binary(.multiply), ["numbers", "steps"], ["large"])
        add(.unary(.floor), ["large"], ["whole"])
        add(.binary(.divide), ["whole", "steps"], ["parts"])
        add(.transpose(permutation: [0, 2, 1]), ["parts"], ["scores"])
        return graph
    }

    fileprivate mutating func suppress(_ areCentres: Bool, _ limit: Int, _ overlap: Float, _ threshold: Float?) {
        let name = "s\(outputs.count)"
        constants["\(name)/limit"] = .vector([Int64(limit)])
        constants["\(name)/overlap"] = Tensor([overlap], shape: [1])
        if let threshold { constants["\(name)/threshold"] = Tensor([threshold], shape: [1]) }
        let operands =
            ["boxes", "scores", "\(name)/limit", "\(name)/overlap"]
            + (threshold.map { _ in ["\(name)/threshold"] } ?? [])
        nodes.append(
            Node(
                name: name, operation: .nonMaximumSuppression(areCentres: areCentres), inputs: operands, outputs: [name]
            ))
        outputs.append(name)
    }
}
