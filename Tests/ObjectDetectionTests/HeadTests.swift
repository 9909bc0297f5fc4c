import Foundation
import Imaging
import ObjectDetection
import Tensors
import Testing

private func detections(
    _ description: ModelDescription, _ outputs: [Tensor], floor: Float = 0.3, classes: Set<Int>? = nil,
    letterbox: Letterbox = unscaled()
) throws -> [Detection] {
    let named = Dictionary(uniqueKeysWithValues: zip(description.outputNames, outputs))
    return try DetectionDecoder(description: description).detections(
        in: named, letterbox: letterbox, thresholds: DetectionThresholds(scoreFloor: floor, classes: classes))
}

private func isNear(_ box: BoundingBox, _ x: Float, _ y: Float, _ width: Float, _ height: Float) -> Bool {
    abs(box.x - x) < 0.01 && abs(box.y - y) < 0.01 && abs(box.width - width) < 0.01 && abs(box.height - height) < 0.01
}

@Suite("Detection heads")
struct HeadTests {
    @Test("YOLOX: offsets from the cell, exponential sizes, the best class")
    func yolox() throws {
        // Row 64 + 5 is cell (1, 1) of stride 16; row 82 is cell (0, 1) of stride 32.
        let output = table(
            84, 7,
            [
                69: [0.5, 0.25, log(2), 0, 0.8, 0.5, 0.9],
                82: [0.5, 0, 0, log(0.5), 0.9, 0.9, 0.9],
                3: [0, 0, 0, 0, 0.9, 0.3, 0.2],
            ])
        let found = try detections(yoloxDescription(), [output])
        #expect(found.map(\.classIndex) == [0, 1], "equal classes: the lower index")
        #expect(found.map(\.score) == [0.9 * 0.9, 0.8 * 0.9] as [Float])
        #expect(isNear(found[0].box, 0, 24, 32, 16))
        #expect(isNear(found[1].box, 8, 12, 32, 16))
    }

    @Test("YOLOv5: boxes in input pixels, mapped back through the letterbox")
    func yolov5() throws {
        let description = ModelDescription(
            head: .yolov5Decoded, inputSize: square, labels: ["a"], outputNames: ["output"])
        let letterbox = Letterbox(source: ImageSize(width: 128, height: 64), target: square, mode: .letterbox)
        let output = table(252, 6, [7: [32, 32, 16, 8, 0.5, 0.8], 8: [10, 40, 4, 2, 1, 1]])
        let found = try detections(description, [output], letterbox: letterbox)
        #expect(found.map(\.score) == [1, 0.4] as [Float])
        #expect(isNear(found[1].box, 48, 24, 32, 16))
        #expect(isNear(found[0].box, 16, 46, 8, 4))
    }

    @Test("score floor and wanted classes")
    func selection() throws {
        let output = table(84, 7, [0: [0, 0, 1, 1, 1, 0.5, 0], 63: [0, 0, 1, 1, 1, 0, 0.6]])
        #expect(try detections(yoloxDescription(), [output], floor: 0.5).count == 2)
        #expect(try detections(yoloxDescription(), [output], floor: 0.55).map(\.classIndex) == [1])
        #expect(try detections(yoloxDescription(), [output], classes: [0]).map(\.classIndex) == [0])
        #expect(try detections(yoloxDescription(), [output], classes: []).isEmpty)
    }

    @Test("boxes outside the frame or not finite are dropped, others clipped")
    func unusableBoxes() throws {
        let description = ModelDescription(
            head: .yoloxDecoded, inputSize: square, labels: ["a"], outputNames: ["output"])
        let output = table(
            84, 6,
            [
                0: [.nan, 3, 4, 4, 1, 1], 1: [3, 3, .infinity, 4, 1, 1], 2: [-10, 3, 4, 4, 1, 1],
                3: [70, 3, 4, 4, 1, 1], 4: [30, 30, 0, 5, 1, 1], 5: [30, 30, -4, 5, 1, 1], 6: [0, 62, 8, 8, 1, 0.9],
                7: [30, 30, 4, 4, .nan, 1], 8: [30, 30, 4, 4, 1, .nan],
            ])
        let found = try detections(description, [output])
        #expect(found == [Detection(classIndex: 0, score: 0.9, box: BoundingBox(x: 0, y: 58, width: 4, height: 6))])
    }

    @Test("YOLOX sizes that overflow are dropped")
    func overflow() throws {
        let output = table(84, 7, [0: [0, 0, 1000, 1, 1, 1, 0]])
        #expect(try detections(yoloxDescription(), [output]).isEmpty)
    }

    /// 64x64 with strides 32 and 64: maps of 2x2 and 1x1, 3 and 6 anchors a cell.
    private func ssdDescription(labels: [String] = ["a", "b"]) -> ModelDescription {
        var description = ModelDescription(
            head: .ssd, inputSize: square, labels: labels, outputNames: ["boxes", "scores"])
        description.anchors.layers = 2
        description.anchors.firstStride = 32
        return description
    }

    @Test("SSD: anchors, variances, sigmoid; the best class of a box")
    func ssd() throws {
        // Anchor 9 is the first one of cell (1, 1): scale 0.1 around (48, 48).
        let boxes = table(18, 4, [9: [5, -5, 5 * log(2), 0]])
        var logits = table(18, 3, [9: [9, 2, 1]])
        logits = Tensor(
            logits.floats?.enumerated().map { $0.offset / 3 == 9 ? $0.element : -9 } ?? [], shape: [1, 18, 3])
        let found = try detections(ssdDescription(), [boxes, logits])
        #expect(found.map(\.classIndex) == [0] && abs(found[0].score - 0.880797) < 1e-5)
        #expect(isNear(found[0].box, 48 - 3.2 - 3.2, 48 + 3.2 - 6.4, 6.4, 12.8))
    }

    @Test("SSD softmax counts the background")
    func softmax() throws {
        var description = ssdDescription()
        description.scoreActivation = .softmax
        let logits = table(18, 3, [0: [1, 3, -20], 1: [9, 3, 3]])
        let found = try detections(description, [table(18, 4, [:]), logits], floor: 0.5)
        #expect(found.count == 1)
        #expect(abs((found.first?.score ?? 0) - 0.880797) < 1e-5)
    }

    @Test("no score is lost at the floor, whatever the activation", arguments: ScoreActivation.allCases)
    func gateIsSafe(_ activation: ScoreActivation) throws {
        var description = ssdDescription(labels: ["a"])
        description.scoreActivation = activation
        for step in 0...100 {
            let value = Float(step) / (activation == .none ? 100 : 10) - (activation == .none ? 0 : 5)
            let output = [table(18, 4, [:]), table(18, 2, [4: [0, value]])]
            let all = try detections(description, output, floor: 0)
            let score = try #require(all.first { abs($0.box.centerX - 48) < 17 && $0.box.centerY < 32 }).score
            for candidate in all where candidate.score == score {
                #expect(try detections(description, output, floor: score).contains { $0.score == score })
                #expect(candidate.score <= 1)
            }
        }
    }

    @Test("SSD decoded in the graph: corners in fractions of the input")
    func ssdDecoded() throws {
        let description = ModelDescription(
            head: .ssdDecoded, inputSize: square, labels: ["a"], outputNames: ["boxes", "scores"])
        let boxes = table(3, 4, [1: [0.25, 0.5, 0.75, 1.5]])
        let found = try detections(description, [boxes, table(3, 1, [1: [0.7]])])
        #expect(found == [Detection(classIndex: 0, score: 0.7, box: BoundingBox(x: 32, y: 16, width: 32, height: 32))])
    }

    @Test("what a suppression in the graph reads, in each format of boxes", arguments: BoxFormat.allCases)
    func suppressed(_ format: BoxFormat) throws {
        var description = ModelDescription(
            head: .suppressed, inputSize: square, labels: ["a", "b"], outputNames: ["boxes", "scores"])
        description.boxFormat = format
        let unit: Float = format.isPixels ? 64 : 1
        let numbers: [Float] =
            switch format {
            case .yxyx, .yxyxPixels: [0.25, 0.5, 0.5, 0.75]
            case .xyxy, .xyxyPixels: [0.75, 0.5, 0.5, 0.25]
            case .centred, .centredPixels: [0.625, 0.375, 0.25, 0.25]
            }
        let scores = Tensor([0, 0.5, 0, 0.75] as [Float], shape: [1, 2, 2])
        let found = try detections(description, [table(2, 4, [1: numbers.map { $0 * unit }]), scores])
        #expect(found.map(\.classIndex) == [1, 0] && found.map(\.score) == [0.75, 0.5])
        #expect(found.allSatisfy { isNear($0.box, 32, 16, 16, 16) })
        #expect(try detections(description, [table(2, 4, [:]), scores]).isEmpty)
    }

    private let endToEnd = ModelDescription(
        head: .endToEnd, inputSize: square, labels: ["a", "b"], outputNames: ["o"])

    @Test("finished detections stay as they are, however much they overlap")
    func finished() throws {
        let rows: [Int: [Float]] = [
            0: [8, 16, 24, 32, 0.9, 1], 1: [8, 16, 24, 32, 0.8, 1], 2: [9, 16, 24, 32, 0.7, 0],
            3: [0, 0, 9, 9, 0.2, 0],
            // Rows that were not needed say anything.
            4: [0, 0, 0, 0, 0, 77], 5: [1, 1, 2, 2, -.infinity, .nan],
        ]
        let thresholds = DetectionThresholds(scoreFloor: 0.3, iou: endToEnd.iou)
        let decoder = try DetectionDecoder(description: endToEnd)
        func found(_ thresholds: DetectionThresholds) throws -> [Detection] {
            try decoder.detections(in: ["o": table(6, 6, rows)], letterbox: unscaled(), thresholds: thresholds)
        }
        let all = try found(thresholds)
        #expect(all.map(\.score) == [0.9, 0.8, 0.7] && all.map(\.classIndex) == [1, 1, 0])
        #expect(isNear(all[0].box, 8, 16, 16, 16))
        // Suppressed where that is asked for, and by class.
        #expect(try found(DetectionThresholds(scoreFloor: 0.3, iou: 0.5)).map(\.score) == [0.9, 0.7])
        #expect(try found(DetectionThresholds(scoreFloor: 0.1, iou: 1, classes: [0])).map(\.score) == [0.7, 0.2])
    }

    @Test("finished detections in other formats, and classes without a label")
    func finishedFormats() throws {
        var description = endToEnd
        description.boxFormat = .yxyx
        let found = try detections(description, [table(2, 6, [1: [0.25, 0.5, 0.5, 0.75, 0.9, 0]])])
        #expect(found.count == 1 && isNear(found[0].box, 32, 16, 16, 16))
        for row: [Float] in [[1, 1, 9, 9, 0.9, 2], [1, 1, 9, 9, 0.9, 0.5], [1, 1, 9, 9, 0.9, .nan]] {
            let error = #expect(throws: DetectionError.self) { try detections(endToEnd, [table(1, 6, [0: row])]) }
            #expect(error?.code == .unexpectedOutput)
        }
        #expect(throws: DetectionError.self) { try detections(endToEnd, [table(2, 7, [:])]) }
    }

    @Test("anchors that were bytes are multiples of a 255th of the largest number")
    func roundedAnchors() throws {
        var description = ssdDescription(labels: ["a"])
        let scores = table(18, 2, [0: [0, 9]])
        let exact = try #require(try detections(description, [table(18, 4, [:]), scores], floor: 0.9).first)
        description.anchors.levels = 30
        let rounded = try #require(try detections(description, [table(18, 4, [:]), scores], floor: 0.9).first)
        #expect(isNear(exact.box, 12.8, 12.8, 6.4, 6.4) && !isNear(rounded.box, 12.8, 12.8, 6.4, 6.4))
    }

    @Test("outputs that do not fit the description are named")
    func misfits() throws {
        let wrong: [(ModelDescription, [Tensor])] = [
            (yoloxDescription(classes: 3), [table(84, 7, [:])]), (yoloxDescription(), [table(83, 7, [:])]),
            (yoloxDescription(), [Tensor([Int64](repeating: 0, count: 84 * 7), shape: [1, 84, 7])]),
            (ssdDescription(), [table(17, 4, [:]), table(17, 3, [:])]),
            (ssdDescription(), [table(18, 4, [:]), table(18, 2, [:])]),
            (ssdDescription(), [table(18, 4, [:])]),
        ]
        for (description, outputs) in wrong {
            let error = #expect(throws: DetectionError.self) { try detections(description, outputs) }
            #expect(error?.code == .unexpectedOutput)
        }
    }
}
