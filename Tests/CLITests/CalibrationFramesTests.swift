import Imaging
import ObjectDetection
import Testing

@testable import CLI

@Suite struct CalibrationFramesTests {
    private func description(_ head: HeadKind) -> ModelDescription {
        ModelDescription(
            head: head, inputSize: ImageSize(width: 64, height: 64), labels: ["a"], outputNames: ["output"])
    }

    @Test func framesAreSpreadOverTheVideos() {
        func shares(_ videos: Int, _ count: Int) -> [Int] {
            CalibrationFrames(
                paths: (0..<videos).map { "\($0).mp4" }, count: count, description: description(.yolox)
            ).shares
        }
        #expect(shares(1, 128) == [128])
        #expect(shares(3, 128) == [43, 43, 42])
        #expect(shares(3, 2) == [1, 1, 0])
    }

    /// What preprocessing can produce: pixels stay exact in 8 bits.
    @Test func theInputsRangeFollowsFromItsPreparation() {
        #expect(description(.yolox).inputRange == 0...255)
        #expect(description(.yolov5Decoded).inputRange == 0...1)
        #expect(description(.ssd).inputRange == -1...1)
        var negative = description(.yolox)
        (negative.mean, negative.standardDeviation) = ([1, 2, 3], [-1, 1, 1])
        #expect(negative.inputRange == -254...253)
    }
}
