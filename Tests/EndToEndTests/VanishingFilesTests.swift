import Foundation
import Testing

/// Files that are removed or that change while a run works on them.
@Suite(.serialized) struct VanishingFilesTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("a.mp4", frames: 400, size: "640x480")
        try place.makeClip("b.mp4", frames: 20)
    }

    private static let command = [
        "detect", "a.mp4", "b.mp4", "-o", "out", "--model", "blobs.onnx", "--batch-frames", "12", "--preset", "slower",
        "--quiet",
    ]

    /// Starts a run and waits until some of the long clip is done.
    private func startRun() throws -> RunningProgram {
        let run = try place.start(Self.command)
        let started = wait(seconds: 30) { !run.workers.isEmpty && place.exists("out/.windhover/segments/1") }
        try #require(started, "no worker within 30 s: \(run.isRunning ? "" : run.finish().errors)")
        Thread.sleep(forTimeInterval: 0.15)
        try #require(run.isRunning, "the run ended before anything could happen: \(run.finish().errors)")
        return run
    }

    private func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(
            at: place.folder.appendingPathComponent(from), to: place.folder.appendingPathComponent(to))
    }

    private func expectComplete() throws {
        let outcome = try place.run(Self.command)
        #expect(outcome.status == 0, "\(outcome)")
        let statuses = try place.frames("out/a.mp4/detections.jsonl").map { $0["status"] as? String }
        #expect(statuses.count == 400 && statuses.allSatisfy { $0 == "detected" })
        #expect(try DetectTests.timestamps(place, "out/a.mp4/annotated.mp4").count == 400)
    }

    @Test func anInputThatVanishesIsNamedAndDoneLater() throws {
        let run = try startRun()
        try move("a.mp4", "elsewhere.mp4")
        let outcome = run.finish()
        #expect(outcome.status == 3 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("a.mp4: the file has vanished during the run; put it back"))
        #expect(place.exists("out/b.mp4/annotated.mp4") && !place.exists("out/a.mp4/detections.jsonl"))
        try move("elsewhere.mp4", "a.mp4")
        try expectComplete()
    }

    @Test func anInputThatGrowsIsNamedAndDoneLater() throws {
        let content = try Data(contentsOf: place.folder.appendingPathComponent("a.mp4"))
        let run = try startRun()
        let file = try FileHandle(forWritingTo: place.folder.appendingPathComponent("a.mp4"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(count: 1000))
        try file.close()
        let outcome = run.finish()
        #expect(outcome.status == 3 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("a.mp4: the file has changed during the run; wait until it is complete"))
        #expect(place.exists("out/b.mp4/annotated.mp4") && !place.exists("out/a.mp4/detections.jsonl"))
        try content.write(to: place.folder.appendingPathComponent("a.mp4"))
        try expectComplete()
    }

    @Test func anOutputFolderThatIsRemovedEndsTheRunAndIsNotMadeAgain() throws {
        let run = try startRun()
        let out = place.folder.appendingPathComponent("out")
        // Workers may write into it all the while.
        for _ in 0..<50 where FileManager.default.fileExists(atPath: out.path) {
            try? FileManager.default.removeItem(at: out)
        }
        let outcome = run.finish()
        #expect(outcome.status == 4 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("out: cannot go on: the folder was removed or replaced"))
        #expect(!place.exists("out"))
        try expectComplete()
    }
}
