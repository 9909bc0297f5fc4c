import Testing

@testable import Pipeline

@Suite struct PlanningWatchTests {
    @Test func looksThatLeadNowhereAreGivenUpOnce() {
        var watch = PlanningWatch(patience: 10)
        watch.begin(3, at: 0)
        watch.begin(1, at: 1)
        #expect(watch.hanging(at: 5, packets: 7).isEmpty)
        #expect(watch.hanging(at: 14.9, packets: 7).isEmpty)
        #expect(watch.hanging(at: 15.1, packets: 7) == [1, 3])
        #expect(watch.open.isEmpty && watch.hanging(at: 99, packets: 7).isEmpty)
        let isLate = !watch.end(3, at: 100)
        #expect(isLate)
    }

    @Test func packetsBeginningsAndEndsAreProgress() {
        var watch = PlanningWatch(patience: 10)
        watch.begin(0, at: 0)
        for second in 1...100 { #expect(watch.hanging(at: Double(second), packets: second).isEmpty) }
        watch.begin(1, at: 105)
        #expect(watch.hanging(at: 114, packets: 100).isEmpty)
        let wasOpen = watch.end(1, at: 114)
        #expect(wasOpen && watch.hanging(at: 124, packets: 100).isEmpty)
        #expect(watch.hanging(at: 124.1, packets: 100) == [0])
    }

    @Test func idleTimeDoesNotCount() {
        var watch = PlanningWatch(patience: 10)
        #expect(watch.hanging(at: 500, packets: 0).isEmpty)
        watch.begin(0, at: 500)
        #expect(watch.hanging(at: 509, packets: 0).isEmpty)
    }
}
