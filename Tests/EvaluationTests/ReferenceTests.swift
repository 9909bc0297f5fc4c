import Evaluation
import Foundation
import TestSupport
import Testing

private let python = OraclePython.path(for: "COCO's figures in pycocotools")

/// Random data sets, scored here and by pycocotools.
@Suite struct ReferenceTests {
    private static let sets = 24

    @Test(.enabled(if: python != nil)) func figuresAreThoseOfTheReference() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scores-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var detections: [String: [COCODetection]] = [:]
        for seed in 0..<Self.sets {
            var set = RandomSet(seed: UInt64(seed))
            let name = "set\(seed)"
            let annotations = folder.appendingPathComponent("\(name).annotations.json")
            try JSONSerialization.data(withJSONObject: set.annotations()).write(to: annotations)
            detections[name] = set.detections()
            let results = folder.appendingPathComponent("\(name).results.json")
            try JSONEncoder().encode(detections[name]).write(to: results)
        }
        try run("run_pycocotools.py", [folder.path] + detections.keys)
        for (name, found) in detections { try compare(name, found, folder) }
    }

    private struct Scores: Decodable {
        let figures: [Double]
        let categories: [String: [Double]]
    }

    private func compare(_ name: String, _ found: [COCODetection], _ folder: URL) throws {
        let annotations = try COCOAnnotations(
            contentsOf: folder.appendingPathComponent("\(name).annotations.json").path)
        let result = COCOEvaluation(annotations).result(of: found)
        let scores = try JSONDecoder().decode(
            Scores.self, from: Data(contentsOf: folder.appendingPathComponent("\(name).scores.json")))
        #expect(scores.figures.count == 12 && result.figures.count == 12)
        for (figure, expected) in zip(result.figures, scores.figures) {
            #expect(abs(figure.value - expected) < 1e-6, "\(name) \(figure)")
        }
        #expect(scores.categories.count == result.categories.count)
        for category in result.categories {
            let expected = try #require(scores.categories["\(category.category.id)"])
            #expect(abs(category.averagePrecision - expected[0]) < 1e-6, "\(name) \(category)")
            #expect(abs(category.averagePrecision50 - expected[1]) < 1e-6, "\(name) \(category)")
        }
    }

    private func run(_ script: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        let path = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/\(script)").path
        process.arguments = [path] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}

/// A data set of several images with objects of all sizes and crowds, and what a bad detector finds in it.
private struct RandomSet {
    private var random: SeededGenerator
    /// Whether coordinates and scores are coarse, so that many are equal and overlaps fall on thresholds.
    private let isCoarse: Bool
    private let images: [Int]
    private let categories = [3, 4, 8, 15, 16, 90]
    private var objects: [(image: Int, category: Int, box: [Double], isCrowd: Bool)] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed)
        isCoarse = seed % 2 == 0
        // Not in the order of their numbers.
        images = (1...Int.random(in: 1...30, using: &random)).map { $0 * 7 % 31 }
    }

    /// A file of annotations: the third category has no objects, the fourth no detections, the last neither.
    mutating func annotations() -> [String: Any] {
        for image in images {
            for category in categories where category != 8 && category != 90 {
                for _ in 0..<Int.random(in: 0...6, using: &random) {
                    objects.append((image, category, box(), Int.random(in: 0..<8, using: &random) == 0))
                }
            }
        }
        let annotations = objects.enumerated().map { index, object -> [String: Any] in
            [
                "id": index + 1, "image_id": object.image, "category_id": object.category, "bbox": object.box,
                "area": object.box[2] * object.box[3] * Double.random(in: 0.4...1, using: &random),
                "iscrowd": object.isCrowd ? 1 : 0,
            ]
        }
        return [
            "info": [String: String](), "annotations": annotations,
            "images": images.map {
                ["id": $0, "file_name": "\($0).jpg", "width": 640, "height": 480] as [String: Any]
            },
            "categories": categories.map { ["id": $0, "name": "c\($0)"] as [String: Any] },
        ]
    }

    mutating func detections() -> [COCODetection] {
        var found = [detection([1, 1, 5, 5], image: images[0], category: 3)]
        for object in objects where object.category != 15 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                found.append(detection(moved(object.box), image: object.image, category: object.category))
            }
        }
        for image in images {
            // Now and then more than count.
            let count = Int.random(in: 0..<6, using: &random) == 0 ? 150 : 8
            for _ in 0..<count {
                found.append(detection(box(), image: image, category: [3, 4, 8, 16].randomElement(using: &random)!))
            }
        }
        return found.shuffled(using: &random)
    }

    private mutating func detection(_ box: [Double], image: Int, category: Int) -> COCODetection {
        let score = Double.random(in: 0...1, using: &random)
        return COCODetection(
            imageID: image, categoryID: category,
            box: COCOBox(x: box[0], y: box[1], width: box[2], height: box[3]),
            score: isCoarse ? (score * 8).rounded() / 8 : score)
    }

    /// From a pixel to the whole picture.
    private mutating func box() -> [Double] {
        let (width, height) = (
            exp(Double.random(in: 0...6, using: &random)), exp(Double.random(in: 0...6, using: &random))
        )
        let (x, y) = (Double.random(in: 0...600, using: &random), Double.random(in: 0...440, using: &random))
        return rounded([x, y, width, height])
    }

    private mutating func moved(_ box: [Double]) -> [Double] {
        func shift(_ size: Double) -> Double { size * Double.random(in: -0.2...0.2, using: &random) }
        return rounded([
            box[0] + shift(box[2]), box[1] + shift(box[3]), box[2] * (1 + shift(1)), box[3] * (1 + shift(1)),
        ])
    }

    private func rounded(_ box: [Double]) -> [Double] { isCoarse ? box.map { max(1, ($0 / 4).rounded() * 4) } : box }
}
