import Foundation
import Imaging
import ObjectDetection
import Testing

private func decode(_ json: String) throws -> ModelDescriptionFile {
    try JSONDecoder().decode(ModelDescriptionFile.self, from: Data(json.utf8))
}

@Suite("Description files")
struct ModelDescriptionFileTests {
    @Test("every key, in its shortest form")
    func everyKey() throws {
        let file = try decode(
            """
            {"input": "x", "input-size": "416x256", "colour-order": "bgr", "scale": "1/255", "mean": 0.5,
             "std": [1, 2, "1/4"], "resize": "letterbox-top-left", "pad": 114, "head": "yolox-decoded", "outputs": "o",
             "labels": ["a", "b"], "strides": [8, 16], "variances": [0.1, 0.1, 0.2, 0.2], "score-activation": "softmax",
             "background": false, "anchors": {"min-scale": 0.1, "feature-maps": [[4, 3], 2]}}
            """)
        #expect(file.inputSize == ImageSize(width: 416, height: 256))
        #expect(file.scale == 1.0 / 255 && file.mean == [0.5, 0.5, 0.5] && file.standardDeviation == [1, 2, 0.25])
        #expect(file.colourOrder == .bgr && file.resizeMode == .letterboxTopLeft && file.head == .yoloxDecoded)
        #expect(file.outputNames == ["o"] && file.labels == ["a", "b"] && file.hasBackground == false)
        #expect(file.anchors?.featureMaps == [ImageSize(width: 4, height: 3), ImageSize(width: 2, height: 2)])
    }

    @Test("nothing given, nothing overridden")
    func empty() throws {
        #expect(try decode("{}") == ModelDescriptionFile())
    }

    @Test(
        "mistakes are refused",
        arguments: [
            "{\"colour\": \"rgb\"}", "{\"input-size\": \"416\"}", "{\"input-size\": [1, 2, 3]}", "{\"scale\": \"1/0\"}",
            "{\"head\": \"yolo\"}", "{\"pad\": 300}", "{\"anchors\": {\"scale\": 1}}", "{\"input-size\": -3}",
        ])
    func mistakes(_ json: String) {
        #expect(throws: DecodingError.self) { try decode(json) }
    }

    @Test("a complete description survives encoding")
    func roundTrip() throws {
        let description = yoloxDescription()
        let data = try JSONEncoder().encode(description)
        #expect(try JSONDecoder().decode(ModelDescription.self, from: data) == description)
    }
}
