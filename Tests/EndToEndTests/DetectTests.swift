import Foundation
import Testing

@Suite(.serialized) struct DetectTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
    }

    private func detect(_ arguments: String..., input: Data = Data()) throws -> Workplace.Outcome {
        try place.run(["detect"] + arguments + ["-o", "out", "--model", "blobs.onnx"], input: input)
    }

    @Test func aVideoGetsItsResults() throws {
        try place.makeClip("clips/a.mp4", frames: 40, audio: true)
        let outcome = try detect("clips", "--stats")
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        for word in ["inference", "busy", "Done: 1 complete; 40 frames"] { #expect(outcome.errors.contains(word)) }

        let frames = try place.frames("out/a.mp4/detections.jsonl")
        #expect(frames.map { $0["frame"] as? Int } == Array(0..<40))
        let seen = frames.flatMap { $0["detections"] as? [[String: Any]] ?? [] }
        #expect(seen.count >= 40 && seen.allSatisfy { $0["class"] as? String == "blob" })
        #expect(try place.object("out/run.json")["status"] as? String == "complete")
        #expect(try !place.object("out/a.mp4/summary.json").isEmpty)
        #expect(
            try place.tool("ffprobe", Self.probe("codec_type,nb_frames") + ["out/a.mp4/annotated.mp4"])
                .split(separator: "\n").sorted().first == "audio,\(try Self.audioPackets(place, "clips/a.mp4"))")
        #expect(try Self.timestamps(place, "out/a.mp4/annotated.mp4") == Self.timestamps(place, "clips/a.mp4"))
    }

    @Test func resultsDoNotDependOnHowTheWorkIsDivided() throws {
        try place.makeClip("a.mp4", frames: 60)
        var results: Set<String> = []
        for (workers, threads, batch) in [("1", "2", "16"), ("2", "1", "7"), ("3", "1", "1000")] {
            let outcome = try detect(
                "a.mp4", "--overwrite", "--no-annotate", "--workers", workers, "--threads", threads, "--batch-frames",
                batch)
            #expect(outcome.status == 0)
            results.insert(try place.read("out/a.mp4/detections.jsonl") + place.read("out/a.mp4/summary.json"))
        }
        #expect(results.count == 1)
    }

    /// A worker that has a video to itself draws while it detects; parts that others helped with are drawn later. Nobody sees which.
    @Test func drawnVideosDoNotDependOnWhoDrewThem() throws {
        for name in ["a", "b"] { try place.makeClip("clips/\(name).mp4", frames: 300) }
        var results: Set<String> = []
        for (workers, batch) in [("1", "64"), ("1", "7"), ("2", "50"), ("3", "20"), ("1", "1000")] {
            let outcome = try detect(
                "clips", "--overwrite", "--workers", workers, "--threads", "1", "--batch-frames", batch, "--log-level",
                "debug")
            #expect(outcome.status == 0)
            if workers == "1" { #expect(outcome.errors.contains(": 0 of ")) }
            results.insert(
                try place.tool("md5sum", ["a", "b"].map { "out/\($0).mp4/annotated.mp4" }))
        }
        #expect(results.count == 1)
        #expect(try Self.timestamps(place, "out/b.mp4/annotated.mp4") == Self.timestamps(place, "clips/b.mp4"))
    }

    @Test func theSameCommandAgainChangesNothing() throws {
        try place.makeClip("a.mp4", frames: 20)
        #expect(try detect("a.mp4").status == 0)
        let before = try FileManager.default.attributesOfItem(atPath: place.folder.path + "/out/a.mp4/annotated.mp4")
        #expect(try detect("a.mp4").status == 0)
        #expect(try detect("a.mp4", "--resume").status == 0)
        let after = try FileManager.default.attributesOfItem(atPath: place.folder.path + "/out/a.mp4/annotated.mp4")
        #expect(before[.systemFileNumber] as? UInt64 == after[.systemFileNumber] as? UInt64)
        let other = try detect("a.mp4", "--every", "2", "--resume")
        #expect(other.status == 64 && other.errorLines.count == 1 && other.errors.contains("is every 2 frames"))
        #expect(try detect("a.mp4", "--confidence", "0.7", "--overwrite").status == 0)
    }

    @Test func badInputsDoNotKeepTheOthersFromBeingDone() throws {
        try place.makeClip("good.mp4", frames: 10)
        try place.write("not a video", to: "text.mp4")
        try place.write("nothing here", to: "empty/readme.txt")
        let outcome = try detect("missing.mp4", "empty", "text.mp4", "good.mp4", "no*.mkv", "--quiet")
        #expect(outcome.status == 3)
        #expect(outcome.errorLines.count == 4)
        for name in ["missing.mp4", "empty", "text.mp4", "no*.mkv"] {
            #expect(outcome.errorLines.filter { $0.hasPrefix("windhover: \(name): ") }.count == 1)
        }
        let report = try place.object("out/run.json")
        #expect(report["status"] as? String == "incomplete")
        #expect(
            (report["problems"] as? [[String: String]])?.compactMap { $0["input"] } == [
                "missing.mp4", "empty", "no*.mkv",
            ])
        #expect(try place.frames("out/good.mp4/detections.jsonl").count == 10)
    }

    @Test func thePrecisionIsReportedAndStays() throws {
        try place.makeClip("a.mp4", frames: 6)
        #expect(try detect("a.mp4", "--no-annotate", "--precision", "auto").status == 0)
        let settings = try place.object("out/run.json")["settings"] as? [String: Any]
        let used = try #require(settings?["precision"] as? String)
        #expect(try detect("a.mp4", "--no-annotate", "--precision", used).status == 0)
        guard used == "bf16" else { return }
        let other = try detect("a.mp4", "--no-annotate", "--precision", "f32")
        #expect(other.status == 0 && other.errors.contains("precision was bf16, is f32"))
        #expect(try place.frames("out/a.mp4/detections.jsonl").count == 6)
    }

    @Test func nothingToDoIsAFailure() throws {
        try place.write("not a video", to: "text.mp4")
        #expect(try detect("missing.mp4").status == 4)
        #expect(!place.exists("out"))
        #expect(try detect("text.mp4").status == 4)
        let empty = try detect("-")
        #expect(empty.status == 4 && empty.errorLines.count == 1)
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        try place.makeClip("a.mp4", frames: 3)
        try place.write("in the way", to: "file")
        for output in ["file", "file/below", "/proc/nowhere"] {
            let outcome = try place.run(["detect", "a.mp4", "-o", output, "--model", "blobs.onnx"])
            #expect([4, 64].contains(outcome.status) && outcome.errorLines.count == 1, "\(outcome)")
        }
        let overlap = try place.run(["detect", "a.mp4", "-o", ".", "--model", "blobs.onnx"])
        #expect(overlap.status == 64 && overlap.errorLines.count == 1)
        #expect(try place.tool("ffprobe", Self.probe("codec_type") + ["a.mp4"]).contains("video"))
    }

    @Test func listsPatternsAndNamesakesAreTakenApart() throws {
        for path in ["x/cam/a.mp4", "y/cam/a.mp4", "y/b c.mp4"] { try place.makeClip(path, frames: 4) }
        let list = Data("x/cam/a.mp4\0y/b c.mp4\0y\0".utf8)
        let outcome = try detect("-", "*/cam/*.mp4", "--no-annotate", input: list)
        #expect(outcome.status == 0)
        for path in ["a.mp4", "b c.mp4", "cam/a.mp4"] {
            #expect(place.exists("out/\(path)/detections.jsonl"), "\(path)")
        }
        #expect((try place.object("out/run.json")["videos"] as? [[String: Any]])?.count == 3)
    }

    @Test func classesAreChosenByNameOrNumber() throws {
        try place.makeClip("a.mp4", frames: 3)
        #expect(try detect("a.mp4", "--classes", "Blob", "--no-annotate").status == 0)
        #expect(try detect("a.mp4", "--classes", "0", "--no-annotate").status == 0)
        for wrong in ["dog", "1", "blob,1"] {
            let outcome = try detect("a.mp4", "--classes", wrong)
            #expect(outcome.status == 64 && outcome.errorLines.count == 1)
        }
    }

    @Test func logLinesCanBeJSON() throws {
        try place.makeClip("a.mp4", frames: 3)
        let outcome = try detect("a.mp4", "missing.mp4", "--log-format", "json", "--no-annotate")
        #expect(outcome.status == 3)
        let lines = try outcome.errorLines.map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(lines.count >= 2 && lines.allSatisfy { $0?["level"] is String && $0?["message"] is String })
    }

    @Test func framesAndSheetsAreShown() throws {
        try place.makeClip("a.mp4", frames: 30)
        let batches = try place.run(["debug", "frames", "a.mp4", "--batch-frames", "7"])
        let whole = try place.run(["debug", "frames", "a.mp4", "--sequential"])
        #expect(batches.status == 0 && batches.output == whole.output)
        #expect(whole.output.split(separator: "\n").count == 30)
        #expect(whole.output.split(separator: "\n").first?.split(separator: " ").count == 7)
        let sheet = try place.run([
            "sheet", "a.mp4", "missing.mp4", "-o", "sheet.png", "--frames", "6", "--columns", "3",
        ])
        #expect(sheet.status == 3 && sheet.errorLines.count == 1)
        let size = try place.tool("ffprobe", Self.probe("width") + ["sheet.png"])
        #expect(size.trimmingCharacters(in: .whitespacesAndNewlines) == "\(8 + 3 * 488)")
    }

    static func probe(_ entries: String) -> [String] {
        ["-v", "error", "-show_entries", "stream=\(entries)", "-of", "csv=p=0"]
    }

    private static func audioPackets(_ place: Workplace, _ path: String) throws -> Int {
        try place.tool("ffprobe", probe("nb_frames") + ["-select_streams", "a", path]).split(separator: "\n")
            .first.flatMap { Int($0) } ?? 0
    }

    /// Presentation times in seconds, in order.
    static func timestamps(_ place: Workplace, _ path: String) throws -> [Double] {
        try place.tool(
            "ffprobe",
            ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path]
        ).split(separator: "\n").compactMap { Double($0.split(separator: ",")[0]) }.sorted()
    }
}
