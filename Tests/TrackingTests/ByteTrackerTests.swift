import Imaging
import ObjectDetection
import Testing
import Tracking

private func detection(_ x: Float, _ score: Float = 0.9, y: Float = 100, classIndex: Int = 0) -> Detection {
    Detection(classIndex: classIndex, score: score, box: BoundingBox(x: x, y: y, width: 40, height: 80))
}

private func makeTracker(frameRate: Double = 30) -> ByteTracker {
    ByteTracker(configuration: ByteTrackConfiguration(confidence: 0.5), frameRate: frameRate)
}

@Suite("ByteTrack")
struct ByteTrackerTests {
    @Test("identities start at 1; in the first frame at once, later with the second detection")
    func confirmation() {
        var tracker = makeTracker()
        #expect(tracker.update([detection(0), detection(200)]) == [1, 2])
        #expect(tracker.update([detection(400), detection(202), detection(2)]) == [nil, 2, 1])
        #expect(tracker.update([detection(402), detection(4), detection(204)]) == [3, 1, 2])
    }

    @Test("an unconfirmed track that is not seen again leaves no gap in the numbers")
    func noGaps() {
        var tracker = makeTracker()
        #expect(tracker.update([]) == [])
        #expect(tracker.update([detection(0)]) == [nil])
        #expect(tracker.update([detection(500)]) == [nil])
        #expect(tracker.update([detection(500)]) == [1])
    }

    @Test("crossing objects keep their identities")
    func crossing() {
        var tracker = makeTracker()
        for step in 0..<60 {
            let (left, right) = (Float(step) * 6, 354 - Float(step) * 6)
            let ids = tracker.update([detection(left), detection(right, y: 130)])
            #expect(ids == [1, 2])
        }
    }

    @Test("a weak detection continues a track but starts none")
    func secondStage() {
        var tracker = makeTracker()
        #expect(tracker.update([detection(0), detection(300, 0.2)]) == [1, nil])
        #expect(tracker.update([detection(2, 0.2), detection(300, 0.2)]) == [1, nil])
        #expect(tracker.update([detection(4, 0.05)]) == [nil])
    }

    @Test("a hidden object comes back under its number, along its path, until the buffer ends")
    func reappearance() {
        for (gap, identity) in [(20, 1), (40, nil)] as [(Int, Int?)] {
            var tracker = makeTracker()
            for step in 0..<20 { _ = tracker.update([detection(Float(step) * 3)]) }
            for _ in 0..<gap { _ = tracker.update([]) }
            #expect(tracker.update([detection(Float(20 + gap) * 3)]) == [identity])
        }
    }

    @Test("the buffer follows the frame rate")
    func frameRate() {
        let configuration = ByteTrackConfiguration()
        #expect(configuration.lostFrames(frameRate: 30) == 30)
        #expect(configuration.lostFrames(frameRate: 60) == 60)
        #expect(configuration.lostFrames(frameRate: 0.5) == 1)
        #expect(configuration.lostFrames(frameRate: .nan) == 30)
    }

    @Test("frames that were never looked at: prediction bridges them")
    func skippedFrames() {
        var tracker = makeTracker()
        for step in 0..<20 { _ = tracker.update([detection(Float(step) * 8)]) }
        #expect(tracker.update([detection(Float(24) * 8)], framesSinceLast: 5) == [1])
        var stranded = makeTracker()
        for step in 0..<20 { _ = stranded.update([detection(Float(step) * 8)]) }
        #expect(
            stranded.update([detection(Float(24) * 8)]) == [nil], "the same jump within one frame is another object")
    }

    @Test("classes never mix")
    func classes() {
        var tracker = makeTracker()
        #expect(tracker.update([detection(0, classIndex: 1), detection(0, classIndex: 2)]) == [1, 2])
        #expect(tracker.update([detection(0, classIndex: 2), detection(0, classIndex: 3)]) == [2, nil])
        #expect(tracker.update([detection(0, 0.3, classIndex: 2), detection(0, classIndex: 1)]) == [2, 1])
    }

    @Test("odd boxes do no harm")
    func oddBoxes() {
        var tracker = makeTracker()
        let flat = Detection(classIndex: 0, score: 0.9, box: BoundingBox(x: 5, y: 5, width: 30, height: 0))
        for _ in 0..<5 { _ = tracker.update([flat, detection(100)]) }
        #expect(tracker.update([detection(100)]).first == 2)
    }

    @Test("the same detections give the same identities, in one tracker or another")
    func reproducible() {
        var numbers = Numbers(seed: 3)
        let frames = (0..<100).map { frame in
            (0..<30).map { object in
                detection(
                    Float(object * 25 + frame) + Float(numbers.next() * 4), Float(numbers.next()),
                    y: Float(object % 5) * 40, classIndex: object % 2)
            }
        }
        func run() -> [[Int?]] {
            var tracker = makeTracker()
            return frames.map { tracker.update($0) }
        }
        #expect(run() == run())
    }

    @Test("the estimated box is near the detections")
    func estimate() throws {
        var tracker = makeTracker()
        for step in 0..<30 { _ = tracker.update([detection(Float(step) * 5)]) }
        let box = try #require(tracker.estimatedBox(of: 1))
        #expect(abs(box.x - 145) < 1 && abs(box.width - 40) < 0.5)
        #expect(tracker.estimatedBox(of: 2) == nil)
    }
}
