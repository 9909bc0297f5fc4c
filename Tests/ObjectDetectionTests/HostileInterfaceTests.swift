import Imaging
import ObjectDetection
import Tensors
import Testing

/// Models with any outputs: recognised or refused, never a crash.
@Suite struct HostileInterfaceTests {
    @Test func anyOutputs() {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let extents: [Int?] = [1, 2, 3, 4, 5, 8, 12, 16, 32, 64, 80, 84, 85, 95, 112, 255, 1 << 29, 0, nil]
        let functions = [[], ["Conv"], ["Sigmoid"], ["Sigmoid", "Conv", "Softmax"], ["Conv", "Conv"]]
        var recognised = 0
        for _ in 0..<4000 {
            let outputs = (0..<next(7)).map { index in
                TensorSignature(
                    name: ["box", "score", "o"][next(3)] + "\(index)",
                    dimensions: (0..<next(6)).map { _ in extents[next(extents.count)] },
                    functions: functions[next(functions.count)])
            }
            var file = ModelDescriptionFile()
            if next(3) == 0 { file.head = HeadKind.allCases[next(HeadKind.allCases.count)] }
            if next(6) == 0 { file.strides = [[], [0], [8], [-8, 16], [1, 1 << 40], [16, 32]][next(6)] }
            if next(6) == 0 { file.anchorSizes = [[], [[]], [[1]], [[1, 2], [3, 4]], [[1, 2, 3, 4]]][next(5)] }
            if next(6) == 0 { file.bins = [0, -1, 1, 8, 1 << 60][next(5)] }
            let model = ModelInterface.sample(outputs, operators: next(2) == 0 ? ["LeakyRelu"] : ["Softmax"])
            guard let result = try? HeadRecognition.recognise(model, file: file) else { continue }
            recognised += 1
            // What is recognised can be decoded, or says why not.
            guard let decoder = try? DetectionDecoder(description: result.description) else { continue }
            let tensors = result.description.outputNames.map {
                ($0, Tensor([Float](repeating: 0.5, count: 12), shape: [1, 3, 4]))
            }
            _ = try? decoder.detections(
                in: Dictionary(tensors, uniquingKeysWith: { first, _ in first }), letterbox: unscaled(),
                thresholds: DetectionThresholds(scoreFloor: 0.1))
        }
        #expect(recognised > 20)
    }
}
