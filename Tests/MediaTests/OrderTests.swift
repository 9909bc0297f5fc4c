import Testing

@testable import Media

@Suite struct OrderTests {
    private func packet(_ pts: Int64?, _ dts: Int64?, key: Bool = false, shown: Bool = true) -> IndexedPacket {
        IndexedPacket(pts: pts, dts: dts, isKey: key, isDiscarded: !shown)
    }

    @Test func reorderingCodecsGiveTimesAscending() {
        let packets = [0, 4, 2, 1, 3, 8, 6, 5, 7].enumerated().map { packet(Int64($1), Int64($0 - 2)) }
        let order = OutputOrder(packets: packets, codec: .reordering, initialDepth: 0)
        #expect(order.times == Array(0...8))
        #expect(order.cuts() == Array(1...8))
    }

    @Test func codecsWithoutReorderingGiveThemAsTheyCome() {
        let packets = [0, 2, 1, 3].enumerated().map { packet(Int64($1), Int64($0)) }
        let order = OutputOrder(packets: packets, codec: .plain, initialDepth: 0)
        #expect(order.times == [0, 2, 1, 3])
        // Between 2 and 1 no time parts what came from what comes.
        #expect(order.cuts() == [3])
    }

    @Test func decodersThatLearnGiveALateFrameOnce() {
        // One frame held back is too few for the first group of B-frames.
        let packets = [0, 50, 33, 67, 133, 99, 83].enumerated().map { packet(Int64($1), Int64($0)) }
        let order = OutputOrder(packets: packets, codec: .learning, initialDepth: 0)
        #expect(order.times.sorted() == [0, 33, 50, 67, 83, 99, 133])
        #expect(order.times != order.times.sorted())
        #expect(!order.learntDepths.isEmpty)
    }

    @Test func aNewPieceStartsBehindTheOldOne() {
        let packets = [(5, 0), (6, 1), (0, -5), (1, -4)].map { packet(Int64($0.0), Int64($0.1)) }
        let order = OutputOrder(packets: packets, codec: .reordering, initialDepth: 0)
        #expect(order.times == [5, 6, 0, 1])
        #expect(order.cuts().isEmpty)
    }

    @Test func decodeTimesOfAJoinAscendAndNeverPassPresentation() {
        // Two segments, each with its own reordering.
        let timeline = PictureTimeline(
            times: [10, 40, 20, 30, 55, 100, 70, 80], lastDuration: 0, nominalDuration: 1)
        let dts = (0..<timeline.count).map(timeline.dts)
        #expect(zip(dts, dts.dropFirst()).allSatisfy { $0 < $1 })
        #expect((0..<timeline.count).allSatisfy { timeline.dts($0) <= timeline.pts($0) })
        #expect((0..<timeline.count).map(timeline.duration).reduce(0, +) == 110)
        #expect(timeline.first == 10)
        // MP4 adds up decode times.
        let last = timeline.count - 1
        #expect(dts[last] + timeline.duration(last) - dts[0] == 110)
    }

    @Test func readingEndsAfterTwoMinutesOfWorkNotOfStandstill() {
        let second: Int64 = 1_000_000
        var stopped = ReadDeadline.Clock(last: 0)
        let isOverAfterAStop = stopped.isOver(at: 3600 * second)
        #expect(!isOverAfterAStop)
        var searching = ReadDeadline.Clock(last: 0)
        let answers = (1...121).map { searching.isOver(at: $0 * second) }
        #expect(answers.firstIndex(of: true) == 120)
    }

    @Test func orientationOfEveryMatrix() {
        let one: Int32 = 65536
        let matrices: [(Orientation, a: Int32, b: Int32, c: Int32, d: Int32)] = [
            (.upright, one, 0, 0, one), (Orientation(quarterTurns: 1), 0, one, -one, 0),
            (Orientation(quarterTurns: 2), -one, 0, 0, -one), (Orientation(quarterTurns: 3), 0, -one, one, 0),
            (Orientation(isMirrored: true), -one, 0, 0, one),
            (Orientation(quarterTurns: 1, isMirrored: true), 0, -one, -one, 0),
            (Orientation(quarterTurns: 2, isMirrored: true), one, 0, 0, -one),
            (Orientation(quarterTurns: 3, isMirrored: true), 0, one, one, 0),
        ]
        for (orientation, a, b, c, d) in matrices {
            #expect(Orientation(a: a, b: b, c: c, d: d) == orientation)
        }
    }
}
