import Media
import Testing
import WorkProtocol

@testable import Worker

struct BatchCollectionTests {
    private func collection(_ frames: [Int64]) -> BatchCollection {
        let range = FrameRange(startPTS: 0, endPTS: 100)
        let assignment = BatchAssignment(item: WorkItemID(1), video: "/no/such.mp4", range: range)
        var collection = BatchCollection(assignment, selection: .everything)
        collection.frames = frames.map { FrameRecord(pts: $0, duration: 1, status: .detected) }
        return collection
    }

    @Test func damageInTheRangeIsAnUndecodableFrameOnce() {
        let errors = [
            DecodeError(pts: 20, reason: "first"), DecodeError(pts: 20, reason: "second"),
            // The frame came out all the same; before and behind the range others report; no time at all.
            DecodeError(pts: 10, reason: "concealed"), DecodeError(pts: -5, reason: "before"),
            DecodeError(pts: 100, reason: "behind"), DecodeError(pts: nil, reason: "somewhere"),
        ]
        let end = DecodingEnd(errors: errors, failure: nil, times: StageTimes(decode: 5))
        let result = collection([0, 10, 30]).result(end)
        #expect(result.frames.map(\.pts) == [0, 10, 20, 30])
        #expect(result.frames[2].status == .undecodable(reason: "first"))
        #expect(result.problems.count == 5)
        #expect(result.times.decode == 5)
    }

    @Test func aReaderThatStopsIsNotSilent() {
        let end = DecodingEnd(errors: [], failure: "cannot read: I/O error", times: StageTimes())
        let result = collection([0, 10]).result(end)
        #expect(result.frames.map(\.pts) == [0, 10])
        #expect(result.problems.contains("cannot read: I/O error"))
    }
}
