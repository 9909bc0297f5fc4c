import Engine
import Foundation
import GraphIR
import ONNXImport
import Tensors
import TestSupport
import Testing

/// What the comparison needs. Outside the suite, whose attribute cannot refer to its own members.
private enum Oracle {
    static let models = SharedMaterial.folder("models", for: "model comparison with ONNX Runtime")
    static let photos = SharedMaterial.folder("photos", for: "model comparison with ONNX Runtime")
    static let python = OraclePython.path(for: "model comparison with ONNX Runtime")
    static let isAvailable = models != nil && photos != nil && python != nil
}

/// Whole models against ONNX Runtime on seeded random and photo inputs.
@Suite("Models against ONNX Runtime", .enabled(if: Oracle.isAvailable), .serialized)
struct ModelComparisonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var folder: String
        var file: String
        /// Outputs to compute; all where nil.
        var outputs: [String]?
        /// Range of random inputs, and how a photo becomes an input.
        var range: String
        var photo: [String]
        var testDescription: String { folder }
    }

    static let cases = [
        Case(
            folder: "yolox_nano", file: "yolox_nano.onnx", range: "0,255",
            photo: ["--order", "bgr", "--resize", "letterbox-top-left"]),
        Case(
            folder: "yolox_person_192", file: "yolox_person_192.onnx", range: "0,255",
            photo: ["--order", "bgr", "--resize", "letterbox-top-left"]),
        Case(
            folder: "yolov5n", file: "yolov5n.onnx", range: "0,1",
            photo: ["--order", "rgb", "--resize", "letterbox", "--scale", "0.00392156862745098"]),
        Case(
            folder: "ssdlite_mobilenetv2_person", file: "ssdlite_mobilenetv2_person_nms.onnx",
            outputs: ["box_encodings", "class_logits"], range: "-1,1",
            photo: ["--order", "rgb", "--resize", "stretch", "--scale", "0.00784313725490196", "--mean", "1"]),
    ]

    @Test(
        "outputs in f32 within 1e-4 of the largest value; in bf16 the error's root mean square within a tenth of the output's",
        arguments: cases)
    func outputs(model: Case) throws {
        let path = try #require(Oracle.models).appendingPathComponent("\(model.folder)/\(model.file)").path
        var graph = try ONNXImporter.load(path: path, outputs: model.outputs)
        let types = try PassPipeline.standard.run(&graph)
        let models = try Precision.allCases.filter(InstructionSet.supports).map {
            try CompiledModel(graph: graph, types: types, precision: $0)
        }
        let folder = try #require(Oracle.photos)
        let photos = ["bus.jpg", "dog_bike_car.jpg"].map { folder.appendingPathComponent($0).path }
        let inputs =
            [["--seed", "1", "--range=\(model.range)"], ["--seed", "2", "--range=\(model.range)"]]
            + photos.map { ["--photo", $0] + model.photo }
        for arguments in inputs {
            let expected = try oracle(path, arguments, model.outputs)
            for compiled in models {
                let session = InferenceSession(model: compiled, threads: 2)
                let outputs = try session.run([compiled.inputs[0].name: expected.input])
                #expect(outputs.count == graph.outputs.count)
                for (name, tensor) in outputs {
                    let reference = try expected.output(name)
                    let comment = "\(model.folder) \(name) \(compiled.precision) \(arguments)"
                    switch compiled.precision {
                    case .f32: expectClose(tensor, reference, 1e-4, comment)
                    case .bf16, .int8: expectCloseInTheMean(tensor, reference, 0.1, comment)
                    }
                }
            }
        }
    }

    /// Compares by root mean squares. Of some sixty roundings by up to 2⁻⁹, one after another, single cells where the model is
    /// undecided come out quite otherwise; those with objects do not.
    private func expectCloseInTheMean(_ actual: Tensor, _ expected: Tensor, _ tolerance: Float, _ comment: String) {
        let (a, b) = (actual.floats ?? [], expected.floats ?? [])
        let error = zip(a, b).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        let scale = b.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        #expect(actual.shape == expected.shape && error <= tolerance * scale, "\(comment): \(error / scale)")
    }

    /// Runs the model in ONNX Runtime, in a process of its own.
    private func oracle(_ model: String, _ arguments: [String], _ outputs: [String]?) throws -> OracleResult {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/run_onnxruntime.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Oracle.python))
        process.arguments =
            [script, model, folder.path] + arguments + (outputs.map { ["--outputs", $0.joined(separator: ",")] } ?? [])
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the oracle failed")
        return try OracleResult(folder: folder)
    }

    /// Arrays written by the oracle.
    private final class OracleResult {
        let folder: URL
        let input: Tensor

        init(folder: URL) throws {
            self.folder = folder
            input = try NumPyFile.read(path: folder.appendingPathComponent("input.npy").path)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func output(_ name: String) throws -> Tensor {
            let file = name.replacingOccurrences(of: "/", with: "_") + ".npy"
            return try NumPyFile.read(path: folder.appendingPathComponent(file).path)
        }
    }
}
