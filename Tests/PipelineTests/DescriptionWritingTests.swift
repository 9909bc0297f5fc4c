import Foundation
import Imaging
import ObjectDetection
import Testing

@testable import Pipeline

@Suite struct DescriptionWritingTests {
    private func sample(_ head: HeadKind) -> ModelDescription {
        var description = ModelDescription(
            head: head, inputSize: ImageSize(width: 416, height: 256),
            labels: ["no", "1", "it's \"x\"", "a: b", "größe", " spaced ", "#", "traffic light"],
            inputName: "in: put/1",
            outputNames: head.isSSD || head == .suppressed ? ["boxes", "0x1"] : ["out"])
        description.scale = 1.0 / 255
        description.mean = [0.485, 1e-7, -3]
        description.standardDeviation = [0.229, 1, 12345.678]
        description.padValue = 7
        description.strides = [4, 8]
        (description.bins, description.cellCentre) = (12, 0.25)
        (description.anchorSizes, description.xyScales) = ([[1, 2.5], [3, 4]], [1.5, 2])
        description.variances = [0.1, 0.2, 0.3, 0.4]
        description.anchors.featureMaps = [ImageSize(width: 19, height: 10)]
        description.anchors.aspectRatios = [1, 1.0 / 3]
        description.anchors.layers = 1
        return description
    }

    /// Reading gives every field as it was.
    @Test(arguments: HeadKind.allCases) func everyFieldSurvives(head: HeadKind) throws {
        let description = sample(head)
        let file = try ModelDescriptionFile(yaml: description.yaml, name: "m.yaml")
        #expect(file.inputName == description.inputName && file.inputSize == description.inputSize)
        #expect(file.colourOrder == description.colourOrder && file.scale == description.scale)
        #expect(file.mean == description.mean && file.standardDeviation == description.standardDeviation)
        #expect(file.resizeMode == description.resizeMode && file.padValue == description.padValue)
        #expect(file.head == head && file.outputNames == description.outputNames && file.labels == description.labels)
        #expect(file.strides == (head.hasStrides ? description.strides : nil))
        #expect(file.scoreActivation == (head.hasScoreActivation ? description.scoreActivation : nil))
        #expect(file.bins == (head.isDistribution ? 12 : nil) && file.cellCentre == (head.isDistribution ? 0.25 : nil))
        #expect(file.hasBackground == (head.isSSD || head == .suppressed ? description.hasBackground : nil))
        #expect(file.boxFormat == (head.hasBoxFormat ? description.boxFormat : nil))
        #expect(file.variances == (head == .ssd ? description.variances : nil))
        #expect(file.anchorSizes == (head.hasAnchorSizes ? description.anchorSizes : nil))
        #expect(file.xyScales == (head == .yolov3 ? description.xyScales : nil))
        #expect((file.anchors == nil) == (head != .ssd))
        if let anchors = file.anchors {
            #expect(anchors.featureMaps == description.anchors.featureMaps && anchors.layers == 1)
            #expect(anchors.aspectRatios == description.anchors.aspectRatios && anchors.reducesLowestLayer == true)
            #expect(anchors.minimumScale == 0.2 && anchors.maximumScale == 0.95 && anchors.firstStride == 16)
            #expect(anchors.interpolatedAspectRatio == 1)
        }
    }

    @Test func oneLabelStaysAList() throws {
        var description = sample(.yolox)
        description.labels = ["person"]
        #expect(try ModelDescriptionFile(yaml: description.yaml, name: "m.yaml").labels == ["person"])
    }

    @Test func isFoundBesideTheModel() throws {
        let folder = NSTemporaryDirectory() + "windhover-model-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try sample(.yolox).write(besideModelAt: "\(folder)/m.onnx")
        let written = try WrittenDescription.beside(modelPath: "\(folder)/m.onnx")
        #expect(written.descriptionPath == path && written.fields.labels == sample(.yolox).labels)
        #expect(throws: PipelineError.self) { try sample(.yolox).write(besideModelAt: "\(folder)/none/m.onnx") }
    }

    @Test func leavesTheDefinitionBesideTheModelAlone() throws {
        let folder = NSTemporaryDirectory() + "windhover-model-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let definition = "nc: 1\nbackbone: [[-1, 1, Conv, [16, 3, 2]]]\nhead: []\n"
        try definition.write(toFile: "\(folder)/m.yaml", atomically: true, encoding: .utf8)
        let path = try sample(.yolox).write(besideModelAt: "\(folder)/m.onnx")
        #expect(path == "\(folder)/m.yml")
        #expect(try String(contentsOfFile: "\(folder)/m.yaml", encoding: .utf8) == definition)
        #expect(try WrittenDescription.beside(modelPath: "\(folder)/m.onnx").descriptionPath == path)
    }
}
