import Foundation
import Testing

/// `--every`, `--keyframes-only`, `--from`, `--to`.
@Suite(.serialized) struct SelectionTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("a.mp4", frames: 60, audio: true)
    }

    private func detect(_ arguments: String...) throws -> Workplace.Outcome {
        try place.run(["detect", "a.mp4", "-o", "out", "--overwrite", "--model", "blobs.onnx"] + arguments)
    }

    private func statuses() throws -> [String] {
        try place.frames("out/a.mp4/detections.jsonl").map { $0["status"] as? String ?? "" }
    }

    private func duration(_ kind: String, of path: String = "out/a.mp4/annotated.mp4") throws -> Double {
        let text = try place.tool(
            "ffprobe",
            [
                "-v", "error", "-select_streams", kind, "-show_entries", "stream=duration", "-of", "csv=p=0",
                path,
            ])
        return try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private func pictures() throws -> Int {
        let text = try place.tool(
            "ffprobe",
            [
                "-v", "error", "-select_streams", "v", "-count_packets", "-show_entries", "stream=nb_read_packets",
                "-of", "csv=p=0", "out/a.mp4/annotated.mp4",
            ])
        return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test func everyFourthFrame() throws {
        #expect(try detect("--every", "4").status == 0)
        #expect(try statuses() == (0..<60).map { $0 % 4 == 0 ? "detected" : "skipped" })
        #expect(try pictures() == 15)
        #expect(abs(try duration("v") - 6) < 0.01)
        let (before, after) = (try duration("a", of: "a.mp4"), try duration("a"))
        #expect(abs(before - after) < 0.03, "\(before) \(after)")
        let frames = try #require(try place.object("out/a.mp4/summary.json")["frames"] as? [String: Any])
        #expect(frames["detected"] as? Int == 15 && frames["skipped"] as? Int == 45)
    }

    @Test func anExcerpt() throws {
        #expect(try detect("--from", "2", "--to", "0:04.5").status == 0)
        #expect(try statuses() == (0..<60).map { (20..<45).contains($0) ? "detected" : "skipped" })
        #expect(try pictures() == 25)
        let (video, audio) = (try duration("v"), try duration("a"))
        #expect(abs(video - 2.5) < 0.01 && abs(audio - 2.5) < 0.05, "\(video) \(audio)")
    }

    @Test func keyframesOnly() throws {
        #expect(try detect("--keyframes-only").status == 0)
        #expect(try statuses() == (0..<60).map { $0 % 12 == 0 ? "detected" : "skipped" })
    }

    @Test func anotherChoiceIsAnotherRun() throws {
        #expect(try detect("--every", "4", "--no-annotate").status == 0)
        let outcome = try place.run(["detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--no-annotate"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("frames was every 4 frames, is every frame"))
        #expect(try statuses() == [String](repeating: "detected", count: 60))
    }

    @Test(arguments: [
        ["--every", "0"], ["--every", "soon"], ["--every", "-1s"], ["--from", "1:75"], ["--to", "x"],
        ["--from", "5", "--to", "4"], ["--from", "1:2:3:4"], ["--to", "1.5:00"],
    ])
    func nonsenseIsNamed(arguments: [String]) throws {
        let outcome = try place.run(["detect", "a.mp4", "-o", "out", "--model", "blobs.onnx"] + arguments)
        #expect(outcome.status == 64 && outcome.errors.contains(arguments[0]))
    }
}
