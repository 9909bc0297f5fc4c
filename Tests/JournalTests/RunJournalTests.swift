import Foundation
import Media
import Testing
import WorkProtocol

@testable import Journal

struct RunJournalTests {
    @Test func anEmptyFolderHasNoJournal() throws {
        let folder = try JournalFolder()
        #expect(!RunJournal.exists(in: folder.path))
        let error = #expect(throws: JournalError.self) { try RunJournal.open(in: folder.path, create: false) }
        #expect(error?.code == .missing)
    }

    @Test func settingsAndPlansOutliveTheProcess() throws {
        let folder = try JournalFolder()
        let journal = try folder.open()
        try journal.setSetting("tracking", "0.25")
        try journal.setSetting("tracking", "0.5")
        let (video, batches) = try journal.plan(
            relativePath: "a/b.mp4", path: "/in/a/b.mp4", identity: someIdentity, info: someInfo,
            batches: [PlannedRange(.min, 10), PlannedRange(10, .max)])
        journal.close()

        let reopened = try RunJournal.open(in: folder.path, create: false)
        #expect(try reopened.settings() == ["tracking": "0.5"])
        #expect(try reopened.videos() == [video])
        #expect(try reopened.items(of: video.id, kind: .batch) == batches)
        #expect(batches.map(\.range.startPTS) == [.min, 10])
        #expect(video.identity == someIdentity)
        #expect(video.plannedFrames == 4)
    }

    @Test func aSettledBatchKeepsItsResultAndAttempts() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (video, batches) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo,
            batches: [PlannedRange(0, 2), PlannedRange(2, 4)])
        let result = BatchResult(item: batches[0].id, frames: [FrameRecord(pts: 0, score: 0.5)])
        try journal.value.complete(result, recipe: "r")
        try journal.value.countAttempt(batches[1].id, crashed: true)
        let lost = FrameRecord(pts: 2, duration: 0, status: .undecodable(reason: "worker died"))
        try journal.value.fail(BatchResult(item: batches[1].id, frames: [lost]), reason: "worker died")

        #expect(try journal.value.result(of: batches[0].id) == result)
        let items = try journal.value.items(of: video.id, kind: .batch)
        #expect(items.map(\.state) == [.done, .failed])
        #expect(items.map(\.crashes) == [0, 1] && items.map(\.interruptions) == [0, 0])
        #expect(items[1].reason == "worker died")
    }

    @Test func piecesReplaceEachOtherAndBecomeTheBatchsResult() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (video, batches) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo,
            batches: [PlannedRange(.min, 8), PlannedRange(8, .max)])
        let halves = try journal.value.split(batches[0], into: [PlannedRange(.min, 4), PlannedRange(4, 8)])
        try journal.value.countAttempt(halves[1].id, crashed: true)
        let quarters = try journal.value.split(halves[1], into: [PlannedRange(4, 5), PlannedRange(5, 8)])
        #expect(try journal.value.pieces(of: video.id) == [halves[0]] + quarters)
        #expect(quarters.map(\.parent) == [batches[0].id, batches[0].id] && quarters.map(\.predecessor) == [nil, nil])
        #expect(try journal.value.items(of: video.id, kind: .batch)[0].crashes == 1)
        let lost = FrameRecord(pts: 4, duration: 0, status: .undecodable(reason: "signal 11"))
        try journal.value.fail(BatchResult(item: quarters[0].id, frames: [lost]), reason: "signal 11")
        try journal.value.complete(
            BatchResult(item: quarters[1].id, frames: [FrameRecord(pts: 5, score: 0.5)]), recipe: "r")
        // One is still open.
        try journal.value.mergePieces(of: batches[0].id)
        #expect(try journal.value.items(of: video.id, kind: .batch)[0].state == .pending)
        try journal.value.complete(
            BatchResult(item: halves[0].id, frames: [FrameRecord(pts: 0, score: 0.5)]), recipe: "r")
        try journal.value.mergePieces(of: batches[0].id)
        let merged = try journal.value.items(of: video.id, kind: .batch)[0]
        #expect(merged.state == .failed && merged.reason == "signal 11")
        #expect(try journal.value.result(of: batches[0].id)?.frames.map(\.pts) == [0, 4, 5])
        #expect(try journal.value.pieces(of: video.id).isEmpty)
    }

    @Test func framesOfARangeCrossBatchesAndCarryTracks() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (video, batches) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo,
            batches: [PlannedRange(.min, 2), PlannedRange(2, 4), PlannedRange(4, .max)])
        for (index, batch) in batches.enumerated() {
            let frames = (0..<2).map { FrameRecord(pts: Int64(2 * index + $0), score: Float(index) / 10) }
            try journal.value.complete(BatchResult(item: batch.id, frames: frames), recipe: "r")
            if index > 0 { try journal.value.storeTracks([.of(batch, [[7], [nil]])]) }
        }
        let frames = try journal.value.frames(of: video.id, in: FrameRange(startPTS: 1, endPTS: 4))
        #expect(frames.map(\.record.pts) == [1, 2, 3])
        #expect(frames.map(\.tracks) == [[nil], [7], [nil]])
        #expect(try journal.value.frames(of: video.id, in: FrameRange(startPTS: .min, endPTS: .max)).count == 6)
    }

    @Test func stagesFollowEachOther() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (video, batches) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo, batches: [PlannedRange(.min, .max)],
            segments: [PlannedRange(.min, 3), PlannedRange(3, 4), PlannedRange(4, .max)])
        let ledger = FrameLedger(detected: 5, undecodable: 1)
        let segments = try journal.value.items(of: video.id, kind: .segment)
        #expect(segments.map(\.predecessor) == [nil, segments[0].id, segments[1].id])
        let first = FrameRange(startPTS: 2, endPTS: 3)
        #expect(try journal.value.items(of: video.id, kind: .segment, overlapping: first) == [segments[0]])
        // What was drawn along with a batch stays, also where tracking is repeated after a crash.
        try journal.value.complete(
            BatchResult(item: batches[0].id, frames: [], segments: [SegmentResult(item: segments[0].id, frames: 3)]),
            recipe: "first")
        var tracked = video
        (tracked.stage, tracked.recipe, tracked.cause) = (.rendering, "t", "x")
        (tracked.ledger, tracked.detections, tracked.tracks) = (ledger, 9, 2)
        for _ in 0..<2 {
            try journal.value.recordTracks(tracked)
            let items = try journal.value.items(of: video.id, kind: .segment)
            #expect(items.map(\.state) == [.done, .pending, .pending] && items[0].rendered == 3)
        }
        try journal.value.completeSegment(segments[1].id, frames: 1, recipe: "second")
        #expect(try journal.value.items(of: video.id, kind: .segment).map(\.state) == [.done, .done, .pending])
        #expect(
            try journal.value.items(of: video.id, kind: .segment).map(\.recipe) == ["first", "second", nil])
        try journal.value.finish(video.id, status: .partial, reason: "1 frame undecodable")
        let record = try #require(try journal.value.videos().first)
        #expect(record.stage == .finished && record.status == .partial && record.reason == "1 frame undecodable")
        #expect(record.ledger == ledger && record.detections == 9 && record.tracks == 2)
        #expect(record.cause == "x" && record.recipe == "t")

        try journal.value.reopen(video.id, at: .rendering)
        let reopened = try #require(try journal.value.videos().first)
        #expect(reopened.stage == .rendering && reopened.status == .pending && reopened.reason == nil)
        // What is known of it stays.
        #expect(reopened.cause == "x" && reopened.ledger == ledger)
    }

    @Test func filesInPlaceAreKnownByHowTheyLook() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (video, _) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo, batches: [],
            artefacts: ["v/summary.json", "v/annotated.mp4"])
        #expect(try journal.value.placedFiles().isEmpty)
        let summary = PlacedFile(
            path: "v/summary.json", identity: FileIdentity(size: 7, modified: 8, digest: "ab"), recipe: "t")
        let annotated = PlacedFile(
            path: "v/annotated.mp4", identity: FileIdentity(size: 9, modified: 8, digest: "cd"), recipe: "v")
        try journal.value.recordTracks(video, files: [summary])
        #expect(try journal.value.placedFiles() == ["v/summary.json": summary])
        try journal.value.finish(video.id, status: .complete, reason: nil, files: [annotated])
        #expect(try journal.value.placedFiles() == ["v/summary.json": summary, "v/annotated.mp4": annotated])
        #expect(try journal.value.artefacts() == ["v/annotated.mp4", "v/summary.json"])
    }

    @Test func progressIsCountedByVideo() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (first, batches) = try journal.value.plan(
            relativePath: "a", path: "a", identity: someIdentity, info: someInfo,
            batches: [PlannedRange(0, 2), PlannedRange(2, 4), PlannedRange(4, 6)], segments: [PlannedRange(0, 6)])
        let (second, _) = try journal.value.plan(
            relativePath: "b", path: "b", identity: someIdentity, info: someInfo, batches: [PlannedRange(0, 2)])
        try journal.value.complete(BatchResult(item: batches[0].id, frames: []), recipe: "r")
        try journal.value.fail(BatchResult(item: batches[1].id, frames: []), reason: "worker died")
        let progress = try journal.value.progress()
        #expect(
            progress[first.id]
                == VideoProgress(detected: 4, batches: 3, openBatches: 1, segments: 1, openSegments: 1))
        #expect(progress[second.id] == VideoProgress(batches: 1, openBatches: 1))
        #expect(try journal.value.hasResults())
    }

    @Test func aNewPlanReplacesTheOldWithFreshNumbers() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let (_, old) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo, batches: [PlannedRange(.min, .max)])
        try journal.value.complete(BatchResult(item: old[0].id, frames: []), recipe: "r")
        _ = try journal.value.planFailed(relativePath: "v", path: "v", identity: nil, reason: "no such file")
        let (video, new) = try journal.value.plan(
            relativePath: "v", path: "v", identity: someIdentity, info: someInfo, batches: [PlannedRange(.min, .max)])
        #expect(new[0].id > old[0].id)
        #expect(try journal.value.videos() == [video])
        #expect(try journal.value.result(of: old[0].id) == nil)
    }

    @Test func claimsAreKeptWhenTheVideoIsPlannedAgain() throws {
        let journal = try JournalFolder().keeping { try $0.open() }
        let video = try journal.value.planFailed(relativePath: "v", path: "v", identity: nil, reason: "x")
        try journal.value.claim(["v/summary.json", "v/annotated.mp4"], for: video.id)
        try journal.value.claim(["run.json", "v/summary.json"], for: nil)
        _ = try journal.value.planFailed(relativePath: "v", path: "v", identity: nil, reason: "y")
        #expect(try journal.value.artefacts() == ["run.json", "v/annotated.mp4", "v/summary.json"])
    }

    @Test func aFileThatIsNoDatabaseIsNamed() throws {
        let folder = try JournalFolder()
        try Data(repeating: 65, count: 5000).write(to: URL(fileURLWithPath: folder.path + "/journal.sqlite"))
        let error = #expect(throws: JournalError.self) { try folder.open() }
        #expect(error?.code == .unreadable)
        #expect(error?.description.contains("journal.sqlite") == true)
    }
}

struct RunLockTests {
    @Test func aSecondCoordinatorIsToldOfTheFirst() throws {
        let folder = try JournalFolder()
        let first = try RunLock(in: folder.path)
        let error = #expect(throws: JournalError.self) { try RunLock(in: folder.path) }
        #expect(error?.code == .locked)
        #expect(error?.reason.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        #expect(RunLock.owner(in: folder.path) == "\(ProcessInfo.processInfo.processIdentifier)")
        first.release()
        #expect(RunLock.owner(in: folder.path) == nil)
        try RunLock(in: folder.path).release()
    }
}

/// Keeps the folder alive as long as what lives in it.
struct Keeping<Value> {
    let value: Value
    let folder: JournalFolder
}

extension JournalFolder {
    func keeping<Value>(_ make: (JournalFolder) throws -> Value) rethrows -> Keeping<Value> {
        Keeping(value: try make(self), folder: self)
    }
}
