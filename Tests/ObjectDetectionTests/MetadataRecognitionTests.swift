import Imaging
import ObjectDetection
import Tensors
import Testing

/// Strides and anchors that a model names in its file.
@Suite struct MetadataRecognitionTests {
    private func recognised(_ metadata: [String: String], rows: Int) -> ModelDescription? {
        var model = ModelInterface.sample([TensorSignature(name: "o", dimensions: [1, rows, 7])])
        model.metadata = metadata
        return try? HeadRecognition.recognise(model).description
    }

    /// 64×64 pixels: 256 cells of stride 4, 64 of stride 8.
    @Test func stridesAndAnchorsCount() {
        #expect(recognised([:], rows: 2 * 320) == nil)
        let two = recognised(["strides": "[4, 8]", "anchors": "[[1, 2, 3, 4], [5, 6, 7, 8]]"], rows: 2 * 320)
        #expect(two?.head == .yolov5Decoded && two?.strides == [4, 8])
        let three = recognised(["strides": "[4, 8]"], rows: 3 * 320)
        #expect(three?.head == .yolov5Decoded && three?.strides == [4, 8])
        // One a cell would be YOLOX without anchors.
        let one = recognised(["strides": "[4]", "anchors": "[[10, 20]]"], rows: 256)
        #expect(one?.head == .yolov5Decoded && one?.strides == [4])
        #expect(recognised(["strides": "[4]"], rows: 256)?.head == .yolox)
    }

    /// What is no list of strides is not believed.
    @Test(arguments: ["", "[]", "[0]", "[8, 99999999999999999999]", "[5000]"]) func nonsenseIsLeftOut(strides: String) {
        #expect(recognised(["strides": strides, "anchors": "]"], rows: 84)?.strides == [8, 16, 32])
    }
}
