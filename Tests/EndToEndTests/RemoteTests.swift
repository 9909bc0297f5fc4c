import Foundation
import TestSupport
import Testing

/// Inputs on servers.
@Suite(.serialized) struct RemoteTests {
    let place: Workplace
    let server = WebServer()

    init() throws {
        place = try Workplace()
        try place.makeModel()
    }

    private func detect(_ arguments: String...) throws -> Workplace.Outcome {
        try place.run(["detect"] + arguments + ["-o", "out", "--model", "blobs.onnx", "--no-annotate"])
    }

    private func frames(_ arguments: String...) throws -> Workplace.Outcome {
        try place.run(["debug", "frames"] + arguments)
    }

    private func content(_ path: String) throws -> Data {
        try Data(contentsOf: place.folder.appendingPathComponent(path))
    }

    private func put(_ name: String, headers: [String] = [], at path: String) throws {
        server.put(WebServer.File(try content(name), headers: headers), at: path)
    }

    @Test func aVideoOnAServerGetsTheResultsOfTheFile() throws {
        try place.makeClip("a.mp4", frames: 40, audio: true)
        try put("a.mp4", at: "/clips/a.mp4")
        let url = "http://\(server.host)/clips/a.mp4"
        let arguments = ["-o", "far", "--model", "blobs.onnx"]
        let remote = try place.run(["detect", url] + arguments)
        #expect(remote.status == 0, "\(remote.errors)")
        #expect(try place.run(["detect", "a.mp4", "-o", "near", "--model", "blobs.onnx"]).status == 0)
        for file in ["detections.jsonl", "summary.json"] {
            #expect(try place.read("far/a.mp4/\(file)") == place.read("near/a.mp4/\(file)"))
        }
        #expect(try content("far/a.mp4/annotated.mp4") == content("near/a.mp4/annotated.mp4"))
        let videos = try place.object("far/run.json")["videos"] as? [[String: Any]]
        #expect(videos?.first?["path"] as? String == url)
        let batches = try frames(url, "--batch-frames", "7")
        #expect(batches.status == 0)
        #expect(try batches.output == frames("a.mp4").output)
        #expect(server.requests.contains { $0.headers.contains { $0.hasPrefix("Range: bytes=") } })
    }

    @Test func passwordsAndQueriesAreNowhereInResultsAndMessages() throws {
        try place.makeClip("a.mp4", frames: 12)
        var file = WebServer.File(try content("a.mp4"))
        file.credentials = "bWU6czNjcmV0"
        server.put(file, at: "/clips/a%20b.mp4")
        let address = "\(server.host)/clips/a%20b.mp4"
        let url = "http://me:s3cret@\(address)?token=t0ken#x"
        let outcome = try detect(url, "http://me:s3cret@\(server.host)/none.mp4?token=t0ken", "--log-level", "debug")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("http://\(server.host)/none.mp4: the server does not have it (404)"))
        #expect(try place.frames("out/a b.mp4/detections.jsonl").count == 12)
        #expect(server.requests.contains { $0.target == "/clips/a%20b.mp4?token=t0ken" })
        let bare = try frames("http://\(address)")
        #expect(bare.status == 4 && bare.errors.contains("refuses access (401)"), "\(bare.errors)")
        let files =
            FileManager.default.enumerator(atPath: place.folder.path + "/out")?.compactMap { $0 as? String } ?? []
        #expect(files.count > 4)
        var texts = [outcome.errors, outcome.output] + files
        for file in files { texts.append(String(decoding: (try? content("out/" + file)) ?? Data(), as: UTF8.self)) }
        for secret in ["s3cret", "t0ken"] { #expect(!texts.contains { $0.contains(secret) }, "\(secret)") }
        let shown = try frames(url.replacingOccurrences(of: "a%20b", with: "none"))
        #expect(shown.status == 4 && !shown.errors.contains("s3cret") && !shown.errors.contains("t0ken"))
    }

    @Test func addressesThatDifferInTheirQueryAreTwoVideos() throws {
        try place.makeClip("a.mp4", frames: 4)
        try put("a.mp4", at: "/watch")
        let outcome = try detect("http://\(server.host)/watch?v=1", "http://\(server.host)/watch?v=2")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let videos = try place.object("out/run.json")["videos"] as? [[String: Any]]
        #expect(Set(videos?.compactMap { $0["path"] as? String } ?? []).count == 2)
        #expect(Set(server.requests.map(\.target)) == ["/watch?v=1", "/watch?v=2"])
    }

    @Test func aFileThatChangedOnTheServerIsDoneAnew() throws {
        try place.makeClip("a.mp4", frames: 10)
        try place.makeClip("b.mp4", frames: 14)
        let url = "http://\(server.host)/a.mp4"
        try put("a.mp4", headers: ["ETag: \"1\""], at: "/a.mp4")
        #expect(try detect(url).status == 0)
        let before = server.requests.count
        #expect(try detect(url).status == 0)
        #expect(server.requests.count == before + 1)
        try put("b.mp4", headers: ["ETag: \"2\""], at: "/a.mp4")
        let outcome = try detect(url)
        #expect(outcome.status == 0 && outcome.errors.contains("\(url): the file has changed"), "\(outcome.errors)")
        #expect(try place.frames("out/a.mp4/detections.jsonl").count == 14)
        // Only the tag tells.
        try put("b.mp4", headers: ["ETag: \"3\""], at: "/a.mp4")
        #expect(try detect(url).errors.contains("has changed"))
        server.put(WebServer.File(status: 503), at: "/a.mp4")
        let gone = try detect(url)
        #expect(gone.status == 0 && gone.errors.contains("its results stay as they are"), "\(gone.errors)")
    }

    @Test func whatServersDoWrongIsSaidInOneLine() throws {
        try place.makeClip("a.mp4", frames: 4)
        let body = try content("a.mp4")
        var noRanges = WebServer.File(body)
        noRanges.hasRanges = false
        var silent = WebServer.File(body)
        silent.stall = 0
        server.put(noRanges, at: "/whole.mp4")
        server.put(silent, at: "/silent.mp4")
        server.put(WebServer.File(Data("<html>Log in first</html>".utf8)), at: "/page.mp4")
        server.put(WebServer.File(status: 403), at: "/private.mp4")
        server.put(WebServer.File(status: 500), at: "/broken.mp4")
        server.put(WebServer.File(status: 302, headers: ["Location: file:///etc/passwd"]), at: "/away.mp4")
        server.put(WebServer.File(status: 302, headers: ["Location: /round.mp4"]), at: "/round.mp4")
        let host = "http://\(server.host)"
        let cases = [
            ("\(host)/none.mp4", "does not have it (404)"), ("\(host)/private.mp4", "refuses access (403)"),
            ("\(host)/broken.mp4", "fault of its own"), ("\(host)/whole.mp4", "range requests"),
            ("\(host)/silent.mp4", ""), ("\(host)/page.mp4", "is not a video"), ("\(host)/away.mp4", ""),
            ("\(host)/round.mp4", ""), ("http://127.0.0.1:1/a.mp4", "cannot be reached"),
            ("http://no.such.host.invalid/a.mp4", "cannot be reached"),
            ("https://\(server.host)/a.mp4", ""),
            ("ftp://\(server.host)/a.mp4", "--allow-protocols ftp"), ("file:///etc/passwd", "give the file's path"),
            ("http://\(server.host)/a b.mp4", "not an address"),
        ]
        let urls = cases.map(\.0)
        let outcome = try place.run(
            ["detect"] + urls + ["-o", "out", "--model", "blobs.onnx", "--no-annotate", "--network-timeout", "0.5"])
        #expect(outcome.status == 4 && !outcome.errors.contains("root:"))
        for (url, reason) in cases {
            let lines = outcome.errorLines.filter { $0.contains("\(url): ") }
            #expect(
                lines.count >= 1 && lines.allSatisfy { reason.isEmpty || $0.contains(reason) },
                "\(url): \(outcome.errors)")
        }
        for (url, reason) in cases where url.hasPrefix("http") && !url.contains(" ") {
            let shown = try frames(url, "--network-timeout", "0.5")
            #expect(shown.status == 4 && shown.errorLines.count == 1, "\(url): \(shown.errors)")
            #expect(reason.isEmpty || shown.errors.contains(reason), "\(url): \(shown.errors)")
        }
    }

    /// A connection that breaks in the middle, again and again, loses what is behind it; the next run tries anew.
    @Test(arguments: ["cut", "stall"]) func aBodyCutShortMakesAPartialVideo(how: String) throws {
        try place.makeClip("plain.mp4", frames: 60)
        try place.tool("ffmpeg", ["-v", "error", "-i", "plain.mp4", "-c", "copy", "-movflags", "+faststart", "a.mp4"])
        var file = WebServer.File(try content("a.mp4"))
        if how == "cut" { file.cut = file.body.count * 2 / 3 } else { file.stall = file.body.count * 2 / 3 }
        server.put(file, at: "/a.mp4")
        let url = "http://\(server.host)/a.mp4"
        let outcome = try detect(url, "--network-timeout", "0.5")
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains("frames are missing at the end"), "\(outcome.errors)")
        let seen = try place.frames("out/a.mp4/detections.jsonl").count
        #expect(seen > 10 && seen < 60)
        try put("a.mp4", at: "/a.mp4")
        #expect(try detect(url).status == 0)
        #expect(try place.frames("out/a.mp4/detections.jsonl").count == 60)
    }

    @Test func aBreakThatHealsIsNotNoticed() throws {
        try place.makeClip("a.mp4", frames: 30)
        try put("a.mp4", at: "/a.mp4")
        server.put(WebServer.File(status: 302, headers: ["Location: http://\(server.host)/a.mp4"]), at: "/moved.mp4")
        #expect(try detect("http://\(server.host)/moved.mp4").status == 0)
        #expect(try place.frames("out/moved.mp4/detections.jsonl").count == 30)
    }

    @Test func optionsAreChecked() throws {
        for wrong in [["--allow-protocols", ""], ["--allow-protocols", "file,nonsense"], ["--network-timeout", "0"]] {
            let outcome = try place.run(["detect", "a.mp4", "-o", "out", "--model", "blobs.onnx"] + wrong)
            #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome)")
            #expect(try place.run(["debug", "frames", "a.mp4"] + wrong).status == 64)
        }
    }
}
