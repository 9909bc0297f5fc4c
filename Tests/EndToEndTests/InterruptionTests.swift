import Foundation
import Testing

@Suite(.serialized) struct InterruptionTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        // Many batches and a slow encoder: a run that lasts long enough to be stopped in the middle.
        try place.makeClip("a.mp4", frames: 600, size: "640x480")
    }

    private static let arguments = [
        "detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--batch-frames", "12", "--preset", "slower",
    ]

    /// Starts a run and waits until its workers have been at work for a moment.
    private func startRun() throws -> (run: RunningProgram, workers: [Int32]) {
        let run = try place.start(Self.arguments)
        let started = wait(seconds: 30) { run.workers.count >= 1 && place.exists("out/.windhover") }
        try #require(started, "no worker within 30 s: \(run.isRunning ? "" : run.finish().errors)")
        Thread.sleep(forTimeInterval: 0.7)
        try #require(run.isRunning, "the run ended before it could be stopped: \(run.finish().errors)")
        return (run, run.workers)
    }

    private func expectGone(_ workers: [Int32], within seconds: Double) {
        #expect(!workers.isEmpty)
        let gone = wait(seconds: seconds) { !workers.contains(where: RunningProgram.isAlive) }
        #expect(gone, "workers outlive their coordinator")
    }

    /// Continues the run and compares with one that was never stopped.
    private func expectSameAsUninterrupted() throws {
        #expect(try place.run(Self.arguments).status == 0)
        try place.tool("cp", ["a.mp4", "b.mp4"])
        var whole = Self.arguments
        whole[3] = "whole"
        #expect(try place.run(whole).status == 0)
        for file in ["detections.jsonl", "summary.json"] {
            #expect(try place.read("out/a.mp4/\(file)") == place.read("whole/a.mp4/\(file)"))
        }
        #expect(try DetectTests.timestamps(place, "out/a.mp4/annotated.mp4").count == 600)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func oneSignalStopsGracefully(signal: Int32) throws {
        let (run, workers) = try startRun()
        run.send(signal: signal)
        let outcome = run.finish()
        #expect(outcome.status == 130 && outcome.errors.contains("Stopping"))
        expectGone(workers, within: 2)
        #expect(try place.object("out/run.json")["status"] as? String == "interrupted")
        #expect(!place.exists("out/a.mp4/annotated.mp4"))
        if signal == SIGINT { try expectSameAsUninterrupted() }
    }

    @Test func twoSignalsStopAtOnce() throws {
        let (run, workers) = try startRun()
        run.send(signal: SIGINT)
        Thread.sleep(forTimeInterval: 0.1)
        let start = Date()
        run.send(signal: SIGINT)
        #expect(run.finish().status == 130)
        #expect(Date().timeIntervalSince(start) < 2)
        expectGone(workers, within: 2)
    }

    @Test func workersDoNotOutliveAKilledCoordinator() throws {
        let (run, workers) = try startRun()
        run.send(signal: SIGKILL)
        #expect(run.finish().status == 128 + SIGKILL)
        expectGone(workers, within: 5)
        try expectSameAsUninterrupted()
    }

    @Test func aKilledWorkerIsReplaced() throws {
        let (run, workers) = try startRun()
        try #require(!workers.isEmpty)
        kill(workers[0], SIGKILL)
        #expect(run.finish().status == 0)
        #expect(try place.frames("out/a.mp4/detections.jsonl").count == 600)
    }
}
