import Foundation
import Imaging
import ObjectDetection
import Testing

@testable import Pipeline

@Suite struct ModelDescriptionFileTests {
    private func fault(_ yaml: String) -> String? {
        do {
            _ = try ModelDescriptionFile(yaml: yaml, name: "m.yaml")
            return nil
        } catch {
            return error.description
        }
    }

    @Test func everyKeyIsRead() throws {
        let file = try ModelDescriptionFile(
            yaml: """
                # A comment.
                input: images
                input-size: [416, 256]
                colour-order: bgr
                scale: 1/255
                mean: [0.485, 0.456, 0.406]
                std: 0.25
                resize: letterbox-top-left
                pad: 114
                head: ssd
                outputs: [boxes, scores]
                labels: [person, "no"]
                variances: [0.1, 0.1, 0.2, 0.2]
                score-activation: softmax
                background: false
                anchors:
                  layers: 6
                  aspect-ratios: [1, 2, 1/2]
                """, name: "m.yaml")
        #expect(file.inputSize == ImageSize(width: 416, height: 256))
        #expect(file.scale == 1.0 / 255 && file.standardDeviation == [0.25, 0.25, 0.25])
        #expect(file.labels == ["person", "no"] && file.hasBackground == false)
        #expect(file.anchors?.layers == 6 && file.anchors?.aspectRatios == [1, 2, 0.5])
    }

    @Test func anEmptyFileOverridesNothing() throws {
        #expect(try ModelDescriptionFile(yaml: "# nothing\n", name: "m.yaml") == ModelDescriptionFile())
        #expect(try ModelDescriptionFile(yaml: "", name: "m.yaml") == ModelDescriptionFile())
    }

    @Test func mistakesAreNamedWithTheirLine() throws {
        #expect(
            fault("head: ssd\ncolour: rgb\n")?.hasPrefix(
                "m.yaml:2: cannot read the model description: unknown key 'colour'") == true)
        #expect(fault("head: ssd\nanchors:\n  layers: 6\n  scale: 1\n")?.hasPrefix("m.yaml:4: ") == true)
        #expect(
            fault("pad: 3\nhead: nonsense\n")?.hasPrefix("m.yaml:2: cannot read the model description: head: ") == true)
        #expect(fault("labels:\n  - a\n  - [b]\n")?.hasPrefix("m.yaml:") == true)
        #expect(fault("head: ssd\n  bad: : indent\n")?.contains("not YAML") == true)
        #expect(fault("pad: 1\npad: 2\n")?.contains("twice") == true)
        #expect(fault("- a\n- b\n") != nil)
        #expect(fault("just text") != nil)
        for yaml in ["pad: 300", "input-size: 0", "scale: x", "mean: [1, 2]: 3", "anchors: 3", "background: maybe"] {
            let message = fault(yaml)
            #expect(message?.contains("\n") == false, "\(yaml) gave \(message ?? "no error")")
        }
    }
}

@Suite struct WrittenDescriptionTests {
    private func folder(_ files: [String: String]) throws -> String {
        let folder = NSTemporaryDirectory() + "windhover-model-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        return folder
    }

    @Test func aLabelListBesideTheModelIsPickedUp() throws {
        let folder = try folder(["labels.txt": "\u{FEFF}person\r\n traffic light \n\n"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let written = try WrittenDescription.beside(modelPath: "\(folder)/m.onnx")
        #expect(written.fields.labels == ["person", "traffic light"])
        #expect(written.labelsPath == "\(folder)/labels.txt" && written.descriptionPath == nil)
    }

    @Test func theDescriptionComesFirstAndMayNameAList() throws {
        let folder = try folder([
            "labels.txt": "a\n", "m.yaml": "labels: [x, y]", "n.yaml": "labels: mine.txt", "mine.txt": "z\n",
            "o.yml": "labels: gone.txt", "p.yaml": "labels: mine.txt", "empty.txt": "\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try WrittenDescription.beside(modelPath: "\(folder)/m.onnx").fields.labels == ["x", "y"])
        #expect(try WrittenDescription.beside(modelPath: "\(folder)/n.onnx").fields.labels == ["z"])
        #expect(throws: PipelineError.self) { try WrittenDescription.beside(modelPath: "\(folder)/o.onnx") }
        #expect(try WrittenDescription.beside(modelPath: "\(folder)/other.onnx").fields.labels == ["a"])
    }
}
