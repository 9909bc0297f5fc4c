import Imaging
import ObjectDetection
import Testing

private func detection(_ score: Float, _ x: Float, classIndex: Int = 0) -> Detection {
    Detection(classIndex: classIndex, score: score, box: BoundingBox(x: x, y: 0, width: 10, height: 10))
}

@Suite("Non-maximum suppression")
struct NonMaximumSuppressionTests {
    @Test("a better overlapping box of the same class wins; a suppressed box suppresses nothing")
    func greedy() {
        let candidates = [detection(0.8, 3), detection(0.9, 0), detection(0.7, 6), detection(0.6, 0, classIndex: 1)]
        let kept = NonMaximumSuppression.survivors(of: candidates, iouThreshold: 0.5)
        #expect(kept == [candidates[1], candidates[2], candidates[3]])
    }

    @Test("overlap equal to the threshold is allowed")
    func threshold() {
        let candidates = [detection(0.9, 0), detection(0.8, 5)]
        #expect(NonMaximumSuppression.survivors(of: candidates, iouThreshold: Float(50) / 150).count == 2)
        #expect(NonMaximumSuppression.survivors(of: candidates, iouThreshold: 0.33).count == 1)
    }

    @Test("equal scores keep the order of the candidates; the limit cuts the weakest")
    func order() {
        let candidates = (0..<5).map { detection(0.5, Float($0) * 20) } + [detection(0.6, 200)]
        let kept = NonMaximumSuppression.survivors(of: candidates, iouThreshold: 0.5, limit: 3)
        #expect(kept == [candidates[5], candidates[0], candidates[1]])
        #expect(NonMaximumSuppression.survivors(of: candidates, iouThreshold: 0.5, limit: 0).isEmpty)
    }

    @Test("raising the score floor afterwards equals suppressing with the higher floor")
    func floorCommutes() {
        var seed: UInt32 = 7
        func next() -> Float {
            seed = seed &* 1_664_525 &+ 1_013_904_223
            return Float(seed >> 8) / 16_777_216
        }
        let candidates = (0..<300).map { _ in detection(next(), next() * 100, classIndex: Int(next() * 3)) }
        let all = NonMaximumSuppression.survivors(of: candidates, iouThreshold: 0.4)
        for floor in [0.2, 0.5, 0.8] as [Float] {
            let direct = candidates.filter { $0.score >= floor }
            #expect(
                all.filter { $0.score >= floor }
                    == NonMaximumSuppression.survivors(of: direct, iouThreshold: 0.4))
        }
    }
}
