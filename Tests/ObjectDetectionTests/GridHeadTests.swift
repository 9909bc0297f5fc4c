import Foundation
import Imaging
import ObjectDetection
import Tensors
import Testing

/// An output `[1, columns, rows, width]` that is `filler` but for the given columns of some cells.
private func map(
    _ columns: Int, _ rows: Int, _ width: Int, _ cells: [Int: [Float]], from first: Int = 0, filler: Float = -20
) -> Tensor {
    var values = Array(repeating: filler, count: columns * rows * width)
    for (cell, numbers) in cells {
        for (column, number) in numbers.enumerated() { values[(first + column) * rows * width + cell] = number }
    }
    return Tensor(values, shape: [1, columns, rows, width])
}

private func found(_ description: ModelDescription, _ outputs: [Tensor], floor: Float = 0.3) throws -> [Detection] {
    try DetectionDecoder(description: description).detections(
        in: Dictionary(uniqueKeysWithValues: zip(description.outputNames, outputs)), letterbox: unscaled(),
        thresholds: DetectionThresholds(scoreFloor: floor))
}

private func isNear(_ box: BoundingBox?, _ x: Float, _ y: Float, _ width: Float, _ height: Float) -> Bool {
    guard let box else { return false }
    return zip([box.x, box.y, box.width, box.height], [x, y, width, height]).allSatisfy { abs($0 - $1) < 0.01 }
}

private func logit(_ p: Float) -> Float { log(p / (1 - p)) }

@Suite("Heads of feature maps")
struct GridHeadTests {
    private func description(_ head: HeadKind, _ strides: [Int], _ anchors: [[Float]] = []) -> ModelDescription {
        var description = ModelDescription(
            head: head, inputSize: square, labels: ["a", "b"], outputNames: strides.indices.map { "o\($0)" })
        description.strides = strides
        description.anchorSizes = anchors
        description.xyScales = Array(repeating: 1, count: strides.count)
        return description
    }

    /// Cell (1, 2) of stride 16, second anchor.
    @Test("YOLOv3: exponents of anchors, sigmoids in the cell")
    func yolov3() throws {
        let numbers: [Float] = [logit(0.25), logit(0.5), log(Float(2)), 0, logit(0.8), logit(0.5), logit(0.9)]
        let outputs = [map(14, 4, 4, [9: numbers], from: 7), map(14, 2, 2, [:])]
        var description = description(.yolov3, [16, 32], [[4, 4, 8, 10], [20, 20, 30, 30]])
        let detections = try found(description, outputs)
        #expect(detections.count == 1 && detections[0].classIndex == 1 && abs(detections[0].score - 0.72) < 1e-5)
        // Centre (1.25, 2.5) · 16 = (20, 40), size 16 by 10.
        #expect(isNear(detections.first?.box, 12, 35, 16, 10))
        description.xyScales = [2, 1]
        // x = 2 · 0.25 - 0.5 = 0.
        #expect(isNear(try found(description, outputs).first?.box, 8, 35, 16, 10))
    }

    @Test("YOLOv5 raw: half a cell further, squares; anchors as a dimension of their own; sigmoid in the graph")
    func yolov5() throws {
        var numbers = [Float](repeating: 0.01, count: 2 * 16 * 7)
        numbers.replaceSubrange((16 + 9) * 7..<(16 + 10) * 7, with: [0.25, 0.5, 0.75, 0.5, 0.8, 0.5, 0.9])
        var description = description(.yolov5Raw, [16], [[4, 4, 8, 10]])
        description.scoreActivation = .none
        for shape: Shape in [[1, 2, 16, 7], [1, 2, 4, 4, 7], [2, 16, 7], [1, 32, 7]] {
            let detections = try found(description, [Tensor(numbers, shape: shape)])
            // x = 2 · 0.25 - 0.5 + 1 = 1, y = 2.5; sizes 1.5² · 8 and 10.
            #expect(detections.count == 1 && isNear(detections.first?.box, 7, 35, 18, 10))
        }
    }

    @Test("Yolo-FastestV2: anchors share the classes, which count after a softmax")
    func shared() throws {
        var description = description(.yoloFastestV2, [32], [[4, 4, 8, 8, 16, 16]])
        description.outputNames = ["reg", "obj", "cls"]
        description.scoreActivation = .softmax
        let boxes = map(12, 2, 2, [3: Array(repeating: 0, count: 12)])
        let objectness = map(3, 2, 2, [3: [logit(0.9), -9, logit(0.6)]])
        let classes = map(2, 2, 2, [3: [1, 1 + log(Float(9))]], filler: 0)
        let detections = try found(description, [boxes, objectness, classes])
        #expect(detections.map(\.classIndex) == [1, 1])
        let wanted: [Float] = [0.81, 0.54]
        #expect(zip(detections.map(\.score), wanted).allSatisfy { abs($0 - $1) < 1e-5 }, "\(detections)")
        #expect(isNear(detections[0].box, 46, 46, 4, 4) && isNear(detections[1].box, 40, 40, 16, 16))
        // As exported: one output, finished.
        description.outputNames = ["all"]
        description.scoreActivation = .none
        let finished = [Float](repeating: 0.5, count: 12) + [0.9, 0, 0.6, 0.1, 0.9]
        let merged = map(17, 2, 2, [3: finished], filler: 0)
        #expect(try found(description, [merged]).map(\.box) == detections.map(\.box))
    }

    @Test("FastestDet: powers of objectness and class, tanh in the cell, sizes of the picture")
    func fastestDet() throws {
        let row: [Float] = [0.81, 0.5, -0.5, logit(0.25), 0, 0.2, 0.7]
        let detections = try found(description(.fastestDet, [16]), [map(7, 4, 4, [5: row])])
        let score = Float(pow(0.81, 0.6) * pow(0.7, 0.4))
        #expect(detections.count == 1 && detections[0].classIndex == 1 && abs(detections[0].score - score) < 1e-6)
        // Centre (1 + tanh 0.5, 1 - tanh 0.5) · 16, size 16 by 32, the top cut off by the frame.
        let shift = 16 * tanh(Float(0.5))
        #expect(isNear(detections.first?.box, 8 + shift, 0, 16, 32 - shift))
        #expect(try found(description(.fastestDet, [16]), [map(7, 4, 4, [5: row])], floor: score).count == 1)
    }

    @Test("YOLOv8: decoded, columns in front or behind; raw, distances in front")
    func yolov8() throws {
        let row: [Float] = [32, 24, 16, 8, 0.2, 0.7]
        var values = [Float](repeating: 0, count: 84 * 6)
        for (column, number) in row.enumerated() { values[column * 84 + 30] = number }
        var decoded = description(.yolov8, [8, 16, 32])
        decoded.outputNames = ["o"]
        let detections = try found(decoded, [Tensor(values, shape: [1, 6, 84])])
        #expect(detections.count == 1 && detections[0].classIndex == 1 && isNear(detections[0].box, 24, 20, 16, 8))
        #expect(try found(decoded, [table(84, 6, [30: row])]) == detections)
        var raw = description(.yolov8Raw, [32])
        raw.scoreActivation = .sigmoid
        var numbers = [Float](repeating: 0, count: 64) + [logit(0.2), logit(0.7)]
        for side in 0..<4 { numbers[side * 16 + 1] = 60 }
        // One stride to each side of the centre of cell (0, 1).
        #expect(isNear(try found(raw, [map(66, 2, 2, [2: numbers])]).first?.box, 0, 16, 48, 48))
    }
}

@Suite("Recognition of heads of feature maps")
struct GridRecognitionTests {
    private func output(_ name: String, _ dimensions: [Int], _ functions: [String] = ["Conv"]) -> TensorSignature {
        TensorSignature(name: name, dimensions: dimensions, functions: functions)
    }

    private func recognise(
        _ outputs: [TensorSignature], name: String = "m", operators: Set<String> = [],
        file: ModelDescriptionFile = ModelDescriptionFile(), isDepthwise: Bool = false
    ) throws -> ModelDescription {
        var model = ModelInterface.sample(outputs, name: name, operators: operators)
        model.isDepthwise = isDepthwise
        return try HeadRecognition.recognise(model, file: file).description
    }

    @Test("Darknet's networks, whatever the order of the outputs")
    func darknet() throws {
        let outputs = [output("x", [1, 255, 2, 2]), output("y", [1, 255, 4, 4])]
        let fastest = try recognise(outputs, operators: ["LeakyRelu"], isDepthwise: true)
        #expect(fastest.head == .yolov3 && fastest.outputNames == ["y", "x"] && fastest.strides == [16, 32])
        #expect(fastest.anchorSizes[0] == [12, 18, 37, 49, 52, 132] && fastest.scoreActivation == .sigmoid)
        #expect(try recognise(outputs, operators: ["LeakyRelu"]).anchorSizes[0][0] == 10)
        var file = ModelDescriptionFile()
        file.anchorSizes = [[1, 1, 2, 2, 3, 3, 4, 4, 5, 5], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]]
        let five = try recognise(outputs, operators: ["LeakyRelu"], file: file)
        #expect(five.labels.count == 46 && five.anchorSizes == file.anchorSizes)
        file.anchorSizes = [[1, 1, 2, 2, 3, 3]]
        #expect(throws: DetectionError.self) { try recognise(outputs, operators: ["LeakyRelu"], file: file) }
        let mish = [2, 4, 8].map { output("o\($0)", [1, 255, $0, $0]) }
        let yolov4 = try recognise(mish, operators: ["Mish", "LeakyRelu"])
        #expect(yolov4.xyScales == [1.2, 1.1, 1.05] && yolov4.anchorSizes[0][0] == 12)
    }

    @Test("YOLOv5 before decoding")
    func yolov5() throws {
        let shapes: [(Int) -> [Int]] = [{ [1, 3, $0 * $0, 9] }, { [1, 3, $0, $0, 9] }, { [1, 27, $0, $0] }]
        for shape in shapes {
            let description = try recognise([4, 8, 2].map { output("o\($0)", shape($0)) }, operators: ["Sigmoid"])
            #expect(description.head == .yolov5Raw && description.outputNames == ["o8", "o4", "o2"])
            #expect(description.labels.count == 4 && description.scoreActivation == .sigmoid)
            #expect(description.resizeMode == .letterbox)
        }
        let finished = [4, 8, 2].map { output("o\($0)", [1, 3, $0, $0, 9], ["Sigmoid"]) }
        #expect(try recognise(finished).scoreActivation == .none)
    }

    @Test("Yolo-FastestV2 and FastestDet")
    func fastest() throws {
        let apart = [2, 4].flatMap { size in
            [
                output("c\(size)", [1, 7, size, size]), output("o\(size)", [1, 3, size, size]),
                output("b\(size)", [1, 12, size, size]),
            ]
        }
        let raw = try recognise(apart)
        #expect(raw.head == .yoloFastestV2 && raw.outputNames == ["b4", "b2", "o4", "o2", "c4", "c2"])
        #expect(raw.scoreActivation == .softmax && raw.labels.count == 7 && raw.anchorSizes[0][0] == 12.64)
        let merged = [2, 4].map { output("m\($0)", [1, $0, $0, 95], ["Sigmoid", "Sigmoid", "Softmax"]) }
        let exported = try recognise(merged)
        #expect(exported.head == .yoloFastestV2 && exported.scoreActivation == .none && exported.labels.count == 80)
        let fastestDet = try recognise([output("o", [1, 85, 4, 4], ["Sigmoid", "Conv", "Softmax"])])
        #expect(fastestDet.head == .fastestDet && fastestDet.strides == [16] && fastestDet.scoreActivation == .none)
        #expect(try recognise([output("o", [1, 85, 4, 4])]).scoreActivation == .softmax)
    }

    @Test("YOLOv8: decoded against YOLOX, raw against YOLOv5")
    func yolov8() throws {
        #expect(try recognise([output("o", [1, 84, 84])]).labels.count == 80)
        #expect(try recognise([output("o", [1, 9, 84])]).head == .yolov8)
        #expect(try recognise([output("o", [1, 84, 9])]).head == .yolox)
        #expect(try recognise([output("o", [1, 84, 9])], operators: ["Softmax"]).head == .yolov8)
        var file = ModelDescriptionFile()
        file.labels = ["a", "b", "c", "d", "e"]
        #expect(try recognise([output("o", [1, 84, 9])], file: file).head == .yolov8)
        file.labels = ["a", "b", "c", "d"]
        #expect(try recognise([output("o", [1, 84, 9])], file: file).head == .yolox)
        let raw = try recognise([4, 8, 2].map { output("o\($0)", [1, 69, $0, $0], ["Conv", "Conv"]) })
        #expect(raw.head == .yolov8Raw && raw.bins == 16 && raw.labels.count == 5 && raw.scoreActivation == .sigmoid)
        #expect(try recognise([4, 8, 2].map { output("o\($0)", [1, 69, $0, $0]) }).head == .yolov5Raw)
    }
}
