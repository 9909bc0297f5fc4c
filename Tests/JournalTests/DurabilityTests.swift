import Media
import Testing
import WorkProtocol

@testable import Journal

/// What waits for the disk: `synchronous` is 2 (FULL), but during the few transactions that others follow which wait.
struct DurabilityTests {
    @Test func transactionsWaitForTheDisk() throws {
        let folder = try JournalFolder()
        let journal = try folder.open()
        #expect(journal.synchronous == 2)
        try journal.setSetting("tracking", "0.25")
        #expect(journal.synchronous == 2)
        journal.close()
        #expect(try RunJournal.open(in: folder.path, create: false).synchronous == 2)
    }

    @Test func onlyWhatIsMeantToDoesNotWait() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let waiting = try journal.value.write("look") { try RunJournal.synchronous($0) }
        #expect(waiting == 2)
        let hurried = try journal.value.write("look", waitsForDisk: false) { try RunJournal.synchronous($0) }
        #expect(hurried == 1)
        #expect(journal.value.synchronous == 2)
    }

    private struct Failure: Error {}

    @Test func aFailureLeavesNothingBehind() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        for waits in [true, false] {
            #expect(throws: JournalError.self) {
                try journal.value.write("fail", waitsForDisk: waits) { database in
                    try RunJournal.claim(database, ["a"], video: nil)
                    throw Failure()
                }
            }
            #expect(try journal.value.artefacts().isEmpty)
            #expect(journal.value.synchronous == 2)
        }
    }

    @Test func whatDoesNotWaitIsThereAllTheSame() throws {
        let folder = try JournalFolder()
        let journal = try folder.open()
        var (video, batches) = try journal.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo,
            batches: [PlannedRange(.min, 2), PlannedRange(2, .max)])
        for (index, batch) in batches.enumerated() {
            let frame = FrameRecord(pts: Int64(2 * index), score: 0.5)
            try journal.complete(BatchResult(item: batch.id, frames: [frame]), recipe: "r")
        }
        try journal.storeTracks([.of(batches[0], [[7]])])
        (video.stage, video.status, video.recipe) = (.finished, .complete, "t")
        (video.ledger, video.detections, video.tracks) = (FrameLedger(detected: 2), 2, 2)
        try journal.recordTracks(video, tracks: [.of(batches[1], [[8]])])
        // Another connection, as a run that comes after a crash.
        let other = try folder.open()
        #expect(try other.videos() == [video])
        #expect(try other.frames(of: video.id, in: .init(startPTS: .min, endPTS: .max)).map(\.tracks) == [[7], [8]])
    }
}
