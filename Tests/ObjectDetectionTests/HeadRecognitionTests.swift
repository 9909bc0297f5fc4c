import Imaging
import ObjectDetection
import Tensors
import Testing

private func output(_ name: String, _ dimensions: Int?...) -> TensorSignature {
    TensorSignature(name: name, dimensions: dimensions)
}

@Suite("Recognising models")
struct HeadRecognitionTests {
    @Test(
        "YOLOX and YOLOv5 are told apart at any size and class count",
        arguments: [
            (ImageSize(width: 416, height: 416), 80), (ImageSize(width: 192, height: 192), 1),
            (ImageSize(width: 640, height: 384), 3), (ImageSize(width: 96, height: 160), 200),
        ])
    func yoloByArithmetic(_ size: ImageSize, _ classes: Int) throws {
        let cells = [8, 16, 32].reduce(0) { $0 + size.width / $1 * (size.height / $1) }
        let yolox = try HeadRecognition.recognise(.sample([output("o", 1, cells, 5 + classes)], size: size)).description
        #expect(yolox.head == .yolox && yolox.labels.count == classes && yolox.inputSize == size)
        #expect(yolox.colourOrder == .bgr && yolox.scale == 1 && yolox.resizeMode == .letterboxTopLeft)
        let yolov5 = try HeadRecognition.recognise(.sample([output("o", 1, 3 * cells, 5 + classes)], size: size))
            .description
        #expect(yolov5.head == .yolov5Decoded && yolov5.labels.count == classes)
        #expect(yolov5.colourOrder == .rgb && yolov5.scale == 1.0 / 255 && yolov5.resizeMode == .letterbox)
    }

    @Test("four strides, and YOLOX decoded in the graph")
    func variants() throws {
        let four = try HeadRecognition.recognise(.sample([output("o", 1, 85, 85)])).description
        #expect(four.head == .yolox && four.strides == [8, 16, 32, 64])
        let decoded = try HeadRecognition.recognise(.sample([output("o", 1, 84, 85)], operators: ["Conv", "Exp"]))
        #expect(decoded.description.head == .yoloxDecoded && decoded.description.resizeMode == .letterboxTopLeft)
    }

    @Test("SSD with raw heads, by the names or by the number of anchors")
    func ssd() throws {
        let size = ImageSize(width: 300, height: 300)
        for names in [("box_encodings", "class_logits"), ("Squeeze", "concat_1")] {
            let model = ModelInterface.sample([output(names.1, 1, 1917, 91), output(names.0, 1, 1917, 4)], size: size)
            let description = try HeadRecognition.recognise(model).description
            #expect(description.head == .ssd && description.outputNames == [names.0, names.1])
            #expect(
                description.hasBackground && description.labels.count == 90 && description.labels[89] == "toothbrush")
            #expect(description.scoreActivation == .sigmoid && description.resizeMode == .stretch)
        }
    }

    @Test("SSD decoded in the graph")
    func ssdDecoded() throws {
        let selected = TensorSignature(name: "selected", elementType: .int64, dimensions: [nil, 3])
        let outputs = [output("boxes", 1, 1917, 4), output("scores", 1, 1917, 1), selected]
        let description = try HeadRecognition.recognise(.sample(outputs, name: "person-ssd")).description
        #expect(description.head == .ssdDecoded && !description.hasBackground && description.labels == ["person"])
        #expect(description.scoreActivation == .none)
    }

    @Test("pictures with channels last, without a batch, of bytes, normalised in the graph")
    func pictures() throws {
        let outputs = [output("Squeeze", 1, 1917, 4), output("concat_1", 1, 1917, 91)]
        let forms: [[Int?]] = [
            [1, 300, 300, 3], [1, 3, 300, 300], [300, 300, 3], [3, 300, 300], [nil, 300, 300, 3],
        ]
        for dimensions in forms {
            for type in [ElementType.uint8, .float32] {
                var model = ModelInterface(
                    modelName: "m", inputs: [TensorSignature(name: "x", elementType: type, dimensions: dimensions)],
                    outputs: outputs)
                #expect(try HeadRecognition.input(of: model).shape == [1, 3, 300, 300])
                let description = try HeadRecognition.recognise(model).description
                #expect(description.scale == (type == .uint8 ? 1 : 2.0 / 255))
                #expect(description.resampling == (type == .uint8 ? .area : .bilinear))
                model.normalisesInput = true
                #expect(try HeadRecognition.recognise(model).description.scale == 1)
            }
        }
        for dimensions: [Int?] in [[1, 4, 300, 300], [1, 300, 3, 300], [2, 3, 300, 300], [3, 300]] {
            let model = ModelInterface(
                modelName: "m", inputs: [TensorSignature(name: "x", dimensions: dimensions)], outputs: outputs)
            #expect(throws: DetectionError.self) { try HeadRecognition.input(of: model) }
        }
    }

    @Test("a suppression in the graph")
    func suppression() throws {
        var model = ModelInterface.sample([output("s", 1, 3, 99), output("b", 1, 99, 4)])
        model.suppression = SuppressionEvidence(boxes: "b", scores: "s", areCentres: true, overlap: 0.7)
        let description = try HeadRecognition.recognise(model).description
        #expect(description.head == .suppressed && description.outputNames == ["b", "s"] && description.iou == 0.7)
        #expect(
            description.boxFormat == .centredPixels && description.resizeMode == .letterbox
                && description.labels.count == 3)
    }

    @Test("finished detections, and tables of a YOLO with one class, which look alike")
    func endToEnd() throws {
        let (names, metadata) = (["x", "y", "z"], ["end2end": "True", "names": "['x', 'y', 'z']"])
        let evidence: [(Set<String>, [String: String])] = [(["TopK"], [:]), ([], metadata), ([], [:])]
        for (operators, metadata) in evidence {
            let model = ModelInterface.sample([output("o", 1, 300, 6)], metadata: metadata, operators: operators)
            let description = try HeadRecognition.recognise(model).description
            #expect(description.head == .endToEnd && description.boxFormat == .xyxyPixels && description.iou == 1)
            #expect(description.labels.count == (metadata.isEmpty ? 80 : 3))
            #expect(description.resizeMode == .letterbox && description.scale == 1.0 / 255)
            #expect(description.labels.prefix(3) == names.prefix(3) || metadata.isEmpty)
        }
        // 84 cells.
        for (rows, head) in [(84, HeadKind.yolox), (252, .yolov5Decoded)] {
            let signature = output("o", 1, rows, 6)
            #expect(try HeadRecognition.recognise(.sample([signature])).description.head == head)
            let chosen = ModelInterface.sample([signature], operators: ["TopK"])
            #expect(try HeadRecognition.recognise(chosen).description.head == .endToEnd)
        }
        #expect(throws: DetectionError.self) { try HeadRecognition.recognise(.sample([output("o", 1, 5000, 6)])) }
        var file = ModelDescriptionFile()
        (file.head, file.labels, file.boxFormat, file.iou) = (.endToEnd, ["a"], .xyxy, 0.5)
        let described = try HeadRecognition.recognise(.sample([output("o", 1, 84, 6)]), file: file).description
        #expect(described.head == .endToEnd && described.labels == ["a"] && described.boxFormat == .xyxy)
        #expect(described.iou == 0.5)
        file.labels = nil
        #expect(throws: DetectionError.self) {
            try HeadRecognition.recognise(.sample([output("o", 1, 84, 7)]), file: file)
        }
    }

    @Test("labels: COCO, metadata, a name that says person, plain numbers")
    func labels() throws {
        func labels(_ classes: Int, name: String = "m", metadata: [String: String] = [:]) throws -> [String] {
            try HeadRecognition.recognise(
                .sample([output("o", 1, 84, 5 + classes)], name: name, metadata: metadata)
            ).description.labels
        }
        #expect(try labels(80)[79] == "toothbrush" && labels(80)[11] == "stop sign")
        #expect(try labels(1, name: "yolox_person_192.onnx") == ["person"])
        #expect(try labels(1, name: "yolox_tiny") == ["class 0"])
        #expect(try labels(2) == ["class 0", "class 1"])
        #expect(try labels(2, metadata: ["names": "{0: 'it\\'s', 1: \"a 'b'\"}"]) == ["it's", "a 'b'"])
        #expect(try labels(2, metadata: ["names": "['x', 'y']"]) == ["x", "y"])
        #expect(try labels(2, metadata: ["names": "{1: 'x', 0: 'y'}"]) == ["class 0", "class 1"])
        #expect(try labels(2, metadata: ["names": "['x']"]) == ["class 0", "class 1"])
    }

    @Test("open extents: size from metadata, from the file, or 640")
    func openInput() throws {
        let model = ModelInterface.sample([], size: nil, metadata: ["imgsz": "[384, 640]"])
        #expect(try HeadRecognition.input(of: model).shape == [1, 3, 384, 640])
        var file = ModelDescriptionFile()
        file.inputSize = ImageSize(width: 320, height: 320)
        #expect(try HeadRecognition.input(of: model, file: file).shape == [1, 3, 320, 320])
        #expect(try HeadRecognition.input(of: .sample([], size: nil)).shape == [1, 3, 640, 640])
    }

    @Test("a description file overrides each field and says so")
    func overrides() throws {
        var file = ModelDescriptionFile()
        (file.scale, file.colourOrder, file.labels) = (0.5, .rgb, ["a", "b"])
        let result = try HeadRecognition.recognise(.sample([output("o", 1, 84, 7)]), file: file)
        #expect(result.description.scale == 0.5 && result.description.colourOrder == .rgb)
        #expect(result.description.labels == ["a", "b"] && result.description.head == .yolox)
        #expect(result.reasons.last == "from the description file: colour-order, scale, labels")
    }

    @Test("a head from the file decides what shapes leave open")
    func describedHead() throws {
        var file = ModelDescriptionFile()
        file.head = .yolov5Decoded
        let open = ModelInterface.sample([output("o", 1, nil, 7)])
        #expect(try HeadRecognition.recognise(open, file: file).description.head == .yolov5Decoded)
        #expect(throws: DetectionError.self) { try HeadRecognition.recognise(open) }
        file.head = .ssd
        #expect(throws: DetectionError.self) { try HeadRecognition.recognise(open, file: file) }
    }

    @Test("what is not understood is listed")
    func unknown() {
        let wrong: [(ModelInterface, DetectionError.Code)] = [
            (.sample([output("758", 1, 85, 22, 22)]), .unrecognisedHead), (.sample([]), .unrecognisedHead),
            (.sample([output("o", 1, 600, 6)]), .unrecognisedHead),
            (.sample([output("a", 1, 100, 4), output("b", 1, 100, 3)]), .unrecognisedHead),
            (ModelInterface(modelName: "m", inputs: [], outputs: []), .unsupportedInput),
            (
                ModelInterface(
                    modelName: "m",
                    inputs: [TensorSignature(name: "x", elementType: .int64, dimensions: [1, 300, 300, 3])], outputs: []
                ),
                .unsupportedInput
            ),
        ]
        for (model, code) in wrong {
            let error = #expect(throws: DetectionError.self) { try HeadRecognition.recognise(model) }
            #expect(error?.code == code)
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test("files that contradict the graph are refused")
    func contradictions() {
        let model = ModelInterface.sample([output("o", 1, 84, 7)])
        var files = Array(repeating: ModelDescriptionFile(), count: 6)
        files[0].labels = ["a"]
        files[1].inputSize = ImageSize(width: 32, height: 32)
        files[2].outputNames = ["p"]
        files[3].standardDeviation = [1, 0, 1]
        files[4].inputName = "x"
        files[5].strides = [8]
        for file in files {
            #expect(throws: DetectionError.self) { try HeadRecognition.recognise(model, file: file) }
        }
    }
}
