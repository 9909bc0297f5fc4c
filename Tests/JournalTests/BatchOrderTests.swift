import Testing
import WorkProtocol

@testable import Journal

struct BatchOrderTests {
    /// Two videos with three batches and three segments each: the first, the second and its batches.
    private static func plans(_ journal: RunJournal) throws -> (VideoID, VideoID, [ItemRecord]) {
        let ranges = [PlannedRange(.min, 2), PlannedRange(2, 4), PlannedRange(4, .max)]
        let (other, _) = try journal.plan(
            relativePath: "o", path: "o", identity: someIdentity, info: someInfo, batches: ranges, segments: ranges)
        let (video, batches) = try journal.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo, batches: ranges, segments: ranges)
        return (other.id, video.id, batches)
    }

    @Test func batchesComeOneByOne() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (_, video, batches) = try Self.plans(journal.value)
        var found: [ItemRecord] = []
        while let batch = try journal.value.batch(of: video, after: found.last?.ordinal) { found.append(batch) }
        #expect(found == batches)
    }

    @Test func openAndLostBatchesAreFound() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (other, video, batches) = try Self.plans(journal.value)
        #expect(try journal.value.hasOpenBatches(of: video))
        #expect(try journal.value.firstLoss(of: video) == nil)
        try journal.value.fail(BatchResult(item: batches[2].id, frames: []), reason: "late")
        try journal.value.fail(BatchResult(item: batches[1].id, frames: []), reason: "early")
        #expect(try journal.value.hasOpenBatches(of: video))
        try journal.value.complete(BatchResult(item: batches[0].id, frames: []), recipe: "r")
        #expect(try !journal.value.hasOpenBatches(of: video))
        #expect(try journal.value.firstLoss(of: video) == "early")
        #expect(try journal.value.hasOpenBatches(of: other))
        #expect(try journal.value.firstLoss(of: other) == nil)
    }

    @Test func aVideoThatFailedHasNoBatches() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (_, video, _) = try Self.plans(journal.value)
        let nothing = try journal.value.planFailed(relativePath: "n", path: "n", identity: nil, reason: "x").id
        #expect(try journal.value.hasBatches(of: video))
        #expect(try !journal.value.hasBatches(of: nothing))
        #expect(try !journal.value.hasOpenBatches(of: nothing))
    }
}
