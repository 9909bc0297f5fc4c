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
            folder: "fastestdet", file: "fastestdet.onnx", range: "0,1",
            photo: ["--order", "bgr", "--resize", "stretch", "--scale", "0.00392156862745098"]),
        Case(
            folder: "nanodet_m_320_unsimplified", file: "nanodet_m_320_unsimplified.onnx", range: "-2,2",
            photo: ["--order", "bgr", "--resize", "stretch", "--scale", "0.0174", "--mean", "2"]),
        Case(
            folder: "picodet_s_320", file: "picodet_s_320.onnx", range: "-2,2",
            photo: ["--order", "rgb", "--resize", "stretch", "--scale", "0.0174", "--mean", "2"]),
        Case(
            folder: "yolo_fastest_1.1_xl", file: "yolo_fastest_1.1_xl.onnx", range: "0,1",
            photo: ["--order", "rgb", "--resize", "stretch", "--scale", "0.00392156862745098"]),
        Case(
            folder: "yolov5_lite_e", file: "yolov5_lite_e.onnx", range: "0,1",
            photo: ["--order", "rgb", "--resize", "letterbox", "--scale", "0.00392156862745098"]),
        Case(
            folder: "yolov5n", file: "yolov5n.onnx", range: "0,1",
            photo: ["--order", "rgb", "--resize", "letterbox", "--scale", "0.00392156862745098"]),
        Case(
            folder: "ssdlite_mobilenetv2_person", file: "ssdlite_mobilenetv2_person_nms.onnx",
            range: "-1,1",
            photo: ["--order", "rgb", "--resize", "stretch", "--scale", "0.00784313725490196", "--mean", "1"]),
        Case(
            folder: "ssd_mobilenetv1_coco", file: "ssd_mobilenetv1_coco.onnx", range: "0,255",
            photo: ["--order", "rgb", "--resize", "stretch"]),
    ]

    @Test("no model of the material is left out")
    func coverage() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: try #require(Oracle.models).path)
        #expect(Set(folders) == Set(Self.cases.map(\.folder)))
    }

    @Test(
        "outputs in f32 within 1e-4 of the largest value; in bf16 the error's root mean square within a tenth of the output's",
        arguments: cases)
    func outputs(model: Case) throws {
        let folder = try #require(Oracle.photos)
        let photo = folder.appendingPathComponent("dog_bike_car.jpg").path
        let inputs = [["--seed", "1", "--range=\(model.range)"], ["--photo", photo] + model.photo]
        let results = try inputs.map { try oracle(model, $0) }
        let models = try compiled(model)
        for (expected, arguments) in zip(results, inputs) {
            for compiled in models {
                let session = InferenceSession(model: compiled, threads: 2)
                let outputs = try session.run([compiled.inputs[0].name: expected.input])
                for (name, tensor) in outputs {
                    let reference = try expected.output(name)
                    // Boxes that a suppression selects; those of other precisions may be others.
                    guard reference.elementType == .float32 else {
                        #expect(tensor == reference || compiled.precision != .f32, "\(model.folder) \(name)")
                        continue
                    }
                    let comment = "\(model.folder) \(name) \(compiled.precision) \(arguments)"
                    switch compiled.precision {
                    case .f32: expectClose(tensor, reference, 1e-4, comment)
                    case .bf16, .int8: expectCloseInTheMean(tensor, reference, 0.1, comment)
                    }
                }
            }
        }
    }

    /// The model in each precision that this processor has.
    private func compiled(_ model: Case) throws -> [CompiledModel] {
        var graph = try ONNXImporter.load(path: try path(model))
        let types = try PassPipeline.standard.run(&graph)
        try #require(!graph.outputs.isEmpty)
        return try Precision.allCases.filter(InstructionSet.supports).map {
            try CompiledModel(graph: graph, types: types, precision: $0)
        }
    }

    private func path(_ model: Case) throws -> String {
        try #require(Oracle.models).appendingPathComponent("\(model.folder)/\(model.file)").path
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
    private func oracle(_ model: Case, _ arguments: [String]) throws -> OracleResult {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/run_onnxruntime.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Oracle.python))
        process.arguments =
            [script, try path(model), folder.path] + arguments
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
