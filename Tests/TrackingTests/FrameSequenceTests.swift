import Imaging
import ObjectDetection
import Testing
import Tracking

struct FrameSequenceTests {
    private let detection = Detection(
        classIndex: 0, score: 0.9, box: BoundingBox(x: 10, y: 10, width: 20, height: 20))

    @Test func framesThatWereNotLookedAtCountForTheTracker() {
        var sequence = FrameSequence(confidence: 0.5, frameRate: 25)
        #expect(sequence.next([detection], isDetected: true) == [1])
        #expect(sequence.next([], isDetected: false) == [])
        #expect(sequence.next([detection], isDetected: true) == [1])
        #expect(sequence.count == 3)
    }

    @Test func aTrackIsForgottenAfterLongEnoughWithoutALook() {
        func trackAfterGap(of frames: Int, rate: Double?) -> [Int?] {
            var sequence = FrameSequence(confidence: 0.5, frameRate: rate)
            _ = sequence.next([detection], isDetected: true)
            for _ in 0..<frames { _ = sequence.next([], isDetected: true) }
            _ = sequence.next([detection], isDetected: true)
            return sequence.next([detection], isDetected: true)
        }
        #expect(trackAfterGap(of: 20, rate: 25) == [1])
        #expect(trackAfterGap(of: 40, rate: 25) == [2])
        #expect(trackAfterGap(of: 20, rate: 5) == [2])
        #expect(trackAfterGap(of: 20, rate: nil) == [1])
    }
}
