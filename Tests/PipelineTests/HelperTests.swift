import Foundation
import Logging
import Media
import Testing
import WorkProtocol

@testable import Pipeline

struct HelperWatchTests {
    /// Looks every second up to `end`; when it is found hanging.
    private func hangs(_ watch: inout HelperWatch, from start: Int, to end: Int) -> Int? {
        (start...end).first { watch.isHanging(at: Double($0)) }
    }

    @Test func packetsAreProgressAndTheirLackIsNot() {
        var watch = HelperWatch(patience: 10, at: 0)
        for second in 1...100 {
            watch.note(packets: second, at: Double(second))
            let isHanging = watch.isHanging(at: Double(second))
            #expect(!isHanging)
        }
        watch.note(packets: 100, at: 105)
        #expect(hangs(&watch, from: 101, to: 200) == 111)
        var endless = HelperWatch(patience: .infinity, at: 0)
        #expect(hangs(&endless, from: 1, to: 10_000) == nil)
    }

    @Test func sleepOfItsOwnProvesNothing() {
        var watch = HelperWatch(patience: 10, at: 0)
        #expect(hangs(&watch, from: 1, to: 4) == nil)
        #expect(hangs(&watch, from: 5000, to: 5010) == nil)
        #expect(hangs(&watch, from: 5011, to: 5020) == 5011)
    }
}

struct HelperPoolTests {
    private func pool(_ executable: String, patience: Double = 10_000, crashes: Int = 3) -> HelperPool {
        HelperPool(
            executable: executable, rules: InputRules(),
            limits: HelperLimits(patience: patience, memory: .max, crashes: crashes),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private let task = HelperTask.expect(path: "a.mp4", range: .everything, selection: .everything)

    @Test func programsThatFailOrSpeakNonsenseAreNotWaitedFor() {
        #expect(pool("/bin/false").perform(task) == .failed(reason: "the process ended with status 1"))
        guard case .failed(let reason) = pool("/bin/echo").perform(task) else {
            Issue.record("an answer of echo")
            return
        }
        #expect(reason.contains("is it a windhover process?"), "\(reason)")
        guard case .failed = pool("/no/such/program").perform(task) else {
            Issue.record("an answer of nobody")
            return
        }
    }

    @Test func whoStandsStillIsEndedOnce() throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\necho $$ > '\(folder.path)/pid'\nexec sleep 3000\n", to: "silent")
        let path = folder.path + "/silent"
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        // Another test's new process may hold the script open for a moment ("text file busy").
        let answer = pool(path, patience: 2, crashes: 50).perform(task)
        #expect(answer == .failed(reason: "it has led nowhere for 2 s: a damaged or hostile file"))
        guard let process = try? String(contentsOfFile: folder.path + "/pid", encoding: .utf8).dropLast() else {
            return
        }
        let end = Date().addingTimeInterval(600)
        while let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            !status.contains("(zombie)")
        {
            try #require(Date() < end, "it is still there")
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    @Test func requestsAndRepliesTravelWhole() throws {
        let planner = VideoPlanner(batchFrames: 64, workers: 2, selection: .everything)
        let join = JoiningTask(
            segments: ["s/0.mp4"], source: "a\u{1F600}\n\"b.mp4", output: "out", container: .webm, isExcerpt: true)
        let requests: [HelperRequest] = [
            .rules(InputRules(allowedProtocols: ["https"])), .task(task), .task(.join(join)),
            .task(.plan(path: "a", planner: planner, isLast: true)),
            .task(.overlay(OverlayTask(source: "a", output: "b", header: "[Script Info]\n", events: "c"))),
        ]
        for request in requests { #expect(try HelperRequest(payload: request.payload()) == request) }
        let replies: [HelperReply] = [
            .progress(packets: 7), .answer(.written(notes: ["n"], cpuTime: 5)), .answer(.failed(reason: "r")),
            .answer(.planned(.failed(nil, reason: "x"))),
        ]
        for reply in replies { #expect(try HelperReply(payload: reply.payload()) == reply) }
        #expect(throws: (any Error).self) { try HelperReply(payload: [1, 2, 3]) }
    }

    @Test func eventsOfAnOverlayComeBackAsTheyWere() throws {
        let folder = try TemporaryFolder()
        let events = (0..<3000).map { (index: Int) -> OverlayEvent in
            let padding = String(repeating: "x", count: index % 97)
            let lines = (0..<index % 5).map { "0,car,,0,0,0,,{\\p1}é \($0) " + padding }
            return OverlayEvent(start: Int64(index - 5), end: Int64(index + 1), lines: lines)
        }
        let text = events.map(OverlayEventFile.text).joined()
        try folder.write(text, to: "overlay.events")
        #expect(try read(folder.path + "/overlay.events") == events)
        try folder.write(String(text.dropLast(200)), to: "cut.events")
        #expect(throws: PipelineError.self) { try read(folder.path + "/cut.events") }
        try folder.write("1 2\n", to: "short.events")
        #expect(throws: PipelineError.self) { try read(folder.path + "/short.events") }
        try folder.write("", to: "empty.events")
        #expect(try read(folder.path + "/empty.events").isEmpty)
    }

    private func read(_ path: String) throws -> [OverlayEvent] {
        let file = try OverlayEventFile(path: path)
        var read: [OverlayEvent] = []
        while let event = try file.next() { read.append(event) }
        return read
    }
}
