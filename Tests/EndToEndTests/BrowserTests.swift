import Foundation
import TestSupport
import Testing

/// Annotated videos in headless Chromium: to their end, upright, as long as they are, with every frame and with sound.
@Suite("Annotated videos in a browser", .enabled(if: BrowserMaterial.isAvailable), .serialized)
struct BrowserTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("plain.mp4", frames: 20, audio: true)
    }

    @Test("what is turned, wide, of variable rate, late or from another container plays to its end")
    func annotatedVideos() throws {
        try FileManager.default.createDirectory(
            at: place.folder.appendingPathComponent("clips"), withIntermediateDirectories: false)
        let copy = ["-c", "copy"]
        let variants = [
            "sound.mp4": copy,
            "turned.mp4": copy + ["-metadata:s:v:0", "rotate=90"],
            "wide.mp4": copy + ["-bsf:v", "h264_metadata=sample_aspect_ratio=3/2", "-aspect", "2:1"],
            "variable.mp4": copy + ["-bsf:v", "setts=ts=TS+64*N*N"],
            // A transport stream starts at 1.4 s.
            "late.ts": copy,
            "silent.ts": copy + ["-an"],
            // Its audio is encoded anew.
            "pcm.mkv": ["-c:v", "copy", "-c:a", "pcm_s16le"],
        ]
        for (name, options) in variants {
            try place.tool("ffmpeg", ["-v", "error", "-i", "plain.mp4"] + options + ["clips/\(name)"])
        }
        #expect(try place.run(["detect", "clips", "-o", "out", "--model", "blobs.onnx"]).status == 0)
        let outcome = try play("out", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]]
        #expect(rows?.count == variants.count)
    }

    @Test("WebM plays, with sound as Opus or Vorbis")
    func webM() throws {
        try place.tool("ffmpeg", ["-v", "error", "-i", "plain.mp4", "-c:v", "copy", "-c:a", "libvorbis", "vorbis.mkv"])
        for (file, codec) in [("plain.mp4", "vp9"), ("vorbis.mkv", "av1")] {
            let arguments = ["detect", file, "-o", codec, "--model", "blobs.onnx", "--container", "webm"]
            #expect(try place.run(arguments + ["--codec", codec]).status == 0)
            let outcome = try play(codec)
            #expect(outcome.status == 0 && outcome.output.contains("plays"), "\(outcome)")
        }
    }

    @Test("what a browser cannot decode is found out")
    func undecodableVideo() throws {
        try place.tool("ffmpeg", ["-v", "error", "-i", "plain.mp4", "-c:v", "mpeg4", "annotated.mp4"])
        let outcome = try play("annotated.mp4")
        #expect(outcome.status == 1 && outcome.errors.contains("no picture can be decoded"), "\(outcome)")
    }

    private func play(_ arguments: String...) throws -> Workplace.Outcome {
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/play_in_browser.py").path
        let options = ["--browser", try #require(BrowserMaterial.browser), "--rate", "2"]
        let python = URL(fileURLWithPath: try #require(BrowserMaterial.python))
        return try RunningProgram(python, [script] + options + arguments, in: place.folder).finish()
    }
}

/// What the browser tests need besides the program.
private enum BrowserMaterial {
    static let python = OraclePython.path(for: "annotated videos in a browser")
    static let isAvailable = python != nil && browser != nil

    /// Chromium, or what `WINDHOVER_BROWSER` names.
    static let browser: String? = {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        let candidates = [environment["WINDHOVER_BROWSER"]].compactMap { $0 } + folders.map { "\($0)/chromium" }
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil { Skip.announce("annotated videos in a browser", lack: "Chromium; set WINDHOVER_BROWSER") }
        return found
    }()
}
