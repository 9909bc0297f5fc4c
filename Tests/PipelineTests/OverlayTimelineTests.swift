import Annotation
import Imaging
import Testing

@testable import Pipeline

struct OverlayTimelineTests {
    private let box = LabelledBox(
        box: BoundingBox(x: 1, y: 2, width: 3, height: 4), trackID: 1, classIndex: 0, label: "a", score: 0.5)
    private var other: LabelledBox {
        var box = box
        box.score = 0.6
        return box
    }

    private func frame(
        _ pts: Int64, _ boxes: [LabelledBox], duration: Int64 = 0, batchEnd: Int64 = .max
    ) -> DrawnFrame {
        DrawnFrame(pts: pts, duration: duration, batchEnd: batchEnd, boxes: boxes)
    }

    private func spans(_ frames: [DrawnFrame]) throws -> [OverlayTimeline.Span] {
        var rest = frames[...]
        var timeline = OverlayTimeline(usualDuration: 7) { rest.popFirst() }
        var spans: [OverlayTimeline.Span] = []
        while let span = try timeline.next() { spans.append(span) }
        #expect(try timeline.next() == nil)
        return spans
    }

    @Test func aFrameIsShownUntilTheNextOne() throws {
        let found = try spans([frame(0, [box]), frame(10, []), frame(13, [other]), frame(30, [box], duration: 4)])
        #expect(found.map(\.start) == [0, 13, 30] && found.map(\.end) == [10, 30, 34])
        #expect(found.map(\.boxes) == [[box], [other], [box]])
        #expect(try spans([frame(-5, [box])]).map(\.end) == [2])
        #expect(try spans([]).isEmpty && spans([frame(0, []), frame(1, [])]).isEmpty)
    }

    @Test func alikeFramesAreOneSpan() throws {
        let found = try spans([frame(0, [box]), frame(10, [box]), frame(20, [box], duration: 5)])
        #expect(found == [OverlayTimeline.Span(start: 0, end: 25, boxes: [box])])
    }

    @Test func aLostBatchShowsNothing() throws {
        let found = try spans([frame(0, [box], batchEnd: 20), frame(10, [other], batchEnd: 20), frame(60, [box])])
        #expect(found.map(\.start) == [0, 10, 60] && found.map(\.end) == [10, 20, 67])
        // Alike frames on both sides of it are two.
        #expect(try spans([frame(10, [box], batchEnd: 20), frame(60, [box])]).count == 2)
    }

    @Test func ofFramesOfOneTimeTheLastIsShown() throws {
        let found = try spans([frame(0, [box]), frame(0, [other]), frame(5, [])])
        #expect(found.map(\.boxes) == [[other]] && found.map(\.end) == [5])
        #expect(try spans([frame(8, [box]), frame(3, [other]), frame(5, [])]).map(\.boxes) == [[other]])
    }
}
