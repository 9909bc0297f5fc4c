import Foundation
import Testing

/// What a worker gets of its coordinator: three pipes and what libraries need of the environment.
@Suite(.serialized) struct WorkerRightsTests {
    @Test func workersGetNoMoreThanTheyNeed() throws {
        let place = try Workplace()
        try place.makeModel()
        try place.makeClip("a.mp4", frames: 400, size: "640x480")
        let run = try RunningProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            [
                "SECRET_TOKEN=hidden", "LC_ALL=C.UTF-8", Workplace.program.path, "detect", "a.mp4", "-o", "out",
                "--model",
                "blobs.onnx", "--preset", "slower",
            ], in: place.folder)
        try #require(wait(seconds: 30) { !run.workers.isEmpty && place.exists("out/.windhover") })
        Thread.sleep(forTimeInterval: 0.5)
        let worker = try #require(run.workers.first, "\(run.isRunning ? "" : run.finish().errors)")
        try expectMinimalEnvironment(of: worker)
        try expectOwnFilesOnly(of: worker, in: place)
        let isConfined = wait(seconds: 20) {
            (try? String(contentsOfFile: "/proc/\(worker)/status", encoding: .utf8))?.contains("NoNewPrivs:\t1") == true
        }
        #expect(isConfined)
        run.send(signal: SIGINT)
        run.send(signal: SIGINT)
        #expect(run.finish().status == 130)
    }

    private func expectMinimalEnvironment(of worker: Int32) throws {
        let environment = try #require(FileManager.default.contents(atPath: "/proc/\(worker)/environ"))
        let names = String(decoding: environment, as: UTF8.self).split(separator: "\0").compactMap {
            $0.split(separator: "=").first
        }
        #expect(names.contains("LC_ALL") && names.contains("SWIFT_BACKTRACE"))
        #expect(!names.contains("SECRET_TOKEN") && !names.contains("PATH"))
    }

    /// Neither the journal nor the lock nor another worker's pipes.
    private func expectOwnFilesOnly(of worker: Int32, in place: Workplace) throws {
        let folder = "/proc/\(worker)/fd"
        let open = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        let strange = open.filter { path in
            guard path.hasPrefix("/"), !path.hasPrefix("/dev/"), !path.hasPrefix("/proc/") else { return false }
            return !path.hasSuffix("/a.mp4") && !path.contains("/segments/") && !path.hasSuffix(".ttf")
        }
        #expect(strange.isEmpty, "\(strange)")
        #expect(Set(open.filter { $0.hasPrefix("pipe:") }).count <= 3, "\(open)")
    }
}
