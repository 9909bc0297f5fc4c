import Foundation
import TestSupport
import Testing

/// The whole path from a picture file to detections, against boxes found by ONNX Runtime with the models' own decoding.
@Suite("Detections on photos", .enabled(if: PhotoMaterial.isAvailable), .serialized)
struct PhotoDetectionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var folder: String
        var model: String
        var expected: String
        /// The description beside the model, where the file does not say everything.
        var description: String?
        /// Options of the command besides.
        var options: [String] = []
        /// Scores from which expected boxes are compared; from 0.05 above it on, no other box may be found.
        var floor = 0.35
        var testDescription: String { folder }
    }

    static let cases = [
        Case(folder: "yolox_nano", model: "yolox_nano.onnx", expected: "yolox_nano"),
        Case(folder: "yolox_person_192", model: "yolox_person_192.onnx", expected: "yolox_person_192"),
        Case(folder: "yolov5n", model: "yolov5n.onnx", expected: "yolov5n"),
        Case(
            folder: "nanodet_m_320_unsimplified", model: "nanodet_m_320_unsimplified.onnx",
            expected: "nanodet_m_320_unsimplified"),
        Case(folder: "picodet_s_320", model: "picodet_s_320.onnx", expected: "picodet_s_320"),
        // Its expected boxes are those of 0.5 and more.
        Case(folder: "fastestdet", model: "fastestdet.onnx", expected: "fastestdet", floor: 0.5),
        Case(folder: "yolo_fastest_1.1_xl", model: "yolo_fastest_1.1_xl.onnx", expected: "yolo_fastest_1.1_xl"),
        Case(folder: "yolov5_lite_e", model: "yolov5_lite_e.onnx", expected: "yolov5_lite_e"),
        // Its anchors were bytes once.
        Case(
            folder: "ssd_mobilenetv1_coco", model: "ssd_mobilenetv1_coco.onnx", expected: "ssd_mobilenetv1_coco",
            description: "anchors: {levels: 256}"),
        Case(
            folder: "ssdlite_mobilenetv2_person", model: "ssdlite_mobilenetv2_person_nms.onnx",
            expected: "ssdlite_mobilenetv2_person_nms"),
    ]

    @Test("no model of the material is left out")
    func coverage() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: try #require(PhotoMaterial.models).path)
        #expect(Set(folders) == Set(Self.cases.map(\.folder)))
    }

    @Test("every expected box is found, no confident one is extra", arguments: cases)
    func photos(model: Case) throws {
        let models = try #require(PhotoMaterial.models)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("photos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = models.appendingPathComponent(model.folder)
        let file = folder.appendingPathComponent("model.onnx")
        try FileManager.default.copyItem(at: source.appendingPathComponent(model.model), to: file)
        let labels = source.appendingPathComponent("labels.txt")
        try FileManager.default.copyItem(at: labels, to: folder.appendingPathComponent("labels.txt"))
        if let description = model.description {
            let yaml = folder.appendingPathComponent("model.yaml")
            try description.write(to: yaml, atomically: true, encoding: .utf8)
        }
        let pictures = try PhotoMaterial.pictures()
        let out = folder.appendingPathComponent("out")
        let status = try PhotoMaterial.run(
            Workplace.program.path,
            ["detect"] + pictures + [
                "-o", out.path, "--model", file.path, "--confidence", "0.3", "--no-annotate", "--quiet",
            ] + model.options)
        #expect(status == 0)
        let expected = try JSONDecoder().decode(
            [String: [ExpectedBox]].self,
            from: Data(contentsOf: source.appendingPathComponent("\(model.expected).expected.json")))
        #expect(!expected.isEmpty)
        for (photo, boxes) in expected {
            let (size, found) = try FoundBox.read(out.appendingPathComponent("\(photo)/detections.jsonl"))
            // Boxes of results end at the frame.
            compare(boxes.map { $0.clipped(width: size[0], height: size[1]) }, found, photo, floor: model.floor)
        }
    }

    private func compare(_ expected: [ExpectedBox], _ found: [FoundBox], _ photo: String, floor: Double) {
        for box in expected where box.score >= floor {
            let match = found.contains {
                $0.label == box.label && abs($0.score - box.score) <= 0.03 && $0.overlap(box) >= 0.9
            }
            #expect(match, "\(photo): \(box) not found in \(found)")
        }
        for box in found where box.score >= floor + 0.05 {
            #expect(
                expected.contains { $0.label == box.label && box.overlap($0) >= 0.9 }, "\(photo): \(box) is extra")
        }
    }
}

/// A box of the expected results: left, top, right, bottom.
struct ExpectedBox: Decodable {
    var label: String
    var score: Double
    var box: [Double]

    func clipped(width: Double, height: Double) -> ExpectedBox {
        let limits = [width, height, width, height]
        return ExpectedBox(label: label, score: score, box: zip(box, limits).map { min(max($0, 0), $1) })
    }
}

/// A box of detections.jsonl: left, top, width, height.
struct FoundBox: Decodable {
    var label: String
    var score: Double
    var box: [Double]

    private enum CodingKeys: String, CodingKey {
        case label = "class"
        case score, box
    }

    private struct Header: Decodable { var size: [Double] }
    private struct Frame: Decodable { var detections: [FoundBox] }

    /// The picture's width and height, and the detections of the first frame.
    static func read(_ file: URL) throws -> (size: [Double], boxes: [FoundBox]) {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let header = try JSONDecoder().decode(Header.self, from: Data(try #require(lines.first).utf8))
        let frame = try #require(lines.dropFirst().first)
        return (header.size, try JSONDecoder().decode(Frame.self, from: Data(frame.utf8)).detections)
    }

    /// Intersection over union.
    func overlap(_ other: ExpectedBox) -> Double {
        let (right, bottom) = (box[0] + box[2], box[1] + box[3])
        let width = min(right, other.box[2]) - max(box[0], other.box[0])
        let height = min(bottom, other.box[3]) - max(box[1], other.box[1])
        guard width > 0, height > 0 else { return 0 }
        let area = (other.box[2] - other.box[0]) * (other.box[3] - other.box[1])
        return width * height / (box[2] * box[3] + area - width * height)
    }
}

/// What the photo tests need besides the program.
enum PhotoMaterial {
    static let models = SharedMaterial.folder("models", for: "detections on photos")
    static let photos = SharedMaterial.folder("photos", for: "detections on photos")
    static let isAvailable = models != nil && photos != nil

    /// Paths of the photos.
    static func pictures() throws -> [String] {
        let photos = try #require(photos)
        let names = try FileManager.default.contentsOfDirectory(atPath: photos.path).filter { $0.hasSuffix(".jpg") }
        try #require(!names.isEmpty)
        return names.sorted().map { photos.appendingPathComponent($0).path }
    }

    /// Runs a program to its end and returns its exit status.
    static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
