import Foundation
import TestSupport
import Testing

/// What the comparison needs. Outside the suite, whose attribute cannot refer to its own members.
private enum Material {
    static let models = SharedMaterial.folder("models", for: "AP of real models")
    static let pictures = SharedMaterial.folder("coco", for: "AP of real models")
    static let python = OraclePython.path(for: "AP of real models")
    static let isAvailable = models != nil && pictures != nil && python != nil
}

/// AP of real models on real pictures, against ONNX Runtime with decoding written from the models' notes, scored by pycocotools.
@Suite(.enabled(if: Material.isAvailable), .serialized) struct EvalOracleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// What the file does not say.
        var description: String?
        var testDescription: String { name }
    }

    /// Percentage points of AP.
    private let tolerance = 0.3

    private static let small = [
        Case(name: "fastestdet"), Case(name: "yolo_fastest_1.1_xl"), Case(name: "picodet_s_320"),
    ]

    private static let large = [
        Case(name: "yolov5n"), Case(name: "yolov5_lite_e"), Case(name: "yolox_nano"),
        Case(name: "nanodet_m_320_unsimplified"),
        Case(name: "ssd_mobilenetv1_coco", description: "anchors: {levels: 256}"),
    ]

    // Unoptimised code takes minutes for the others.
    #if DEBUG
        static let cases = small
    #else
        static let cases = small + large
    #endif

    private struct Report: Decodable {
        struct Model: Decodable { let figures: [String: Double] }
        let models: [Model]
    }

    private struct Scores: Decodable { let figures: [Double] }

    @Test(arguments: cases) func averagePrecisionIsThatOfTheReference(model: Case) throws {
        let place = try Workplace()
        let source = try #require(Material.models).appendingPathComponent(model.name)
        for name in ["\(model.name).onnx", "labels.txt"] {
            try FileManager.default.copyItem(
                at: source.appendingPathComponent(name), to: place.folder.appendingPathComponent(name))
        }
        if let description = model.description { try place.write(description, to: "\(model.name).yaml") }
        let set = try #require(Material.pictures).appendingPathComponent("permissive60")
        let (images, annotations) = (
            set.appendingPathComponent("images").path, set.appendingPathComponent("instances_permissive60.json").path
        )
        let outcome = try place.run([
            "eval", "coco", "--model", "\(model.name).onnx", "--images", images, "--annotations", annotations, "--json",
        ])
        #expect(outcome.status == 0)
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        let actual = try #require(report.models.first?.figures["AP"])
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/run_coco_models.py").path
        let oracle = try place.tool(
            try #require(Material.python), [script, images, annotations, "\(model.name).onnx"])
        let scores = try JSONDecoder().decode([String: Scores].self, from: Data(oracle.utf8))
        let expected = try #require(scores[model.name]?.figures.first)
        #expect(abs(actual - expected) * 100 <= tolerance, "\(actual), expected \(expected)")
        #expect(expected > 0.2)
    }
}
