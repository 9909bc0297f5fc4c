import Foundation
import Testing

/// `detect --fold-colours`.
@Suite(.serialized) struct ColourFoldingTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try BlobModel.stemFile.write(to: place.folder.appendingPathComponent("stem.onnx"))
        try place.write("labels: [blob]\n", to: "stem.yaml")
        try place.makeClip("a.mp4", frames: 30)
    }

    private func detect(_ arguments: String..., output: String = "out", model: String = "stem") throws
        -> Workplace.Outcome
    {
        try place.run(["detect", "--no-annotate", "-o", output, "--model", model + ".onnx"] + arguments)
    }

    /// The detections of each frame, ordered by place: equal scores stand in any order.
    private func detections(_ path: String) throws -> [[(score: Double, box: [Double])]] {
        try place.frames(path).map { frame in
            let all = (frame["detections"] as? [[String: Any]] ?? []).map {
                (score: $0["score"] as? Double ?? .nan, box: $0["box"] as? [Double] ?? [])
            }
            return all.sorted { $0.box.lexicographicallyPrecedes($1.box) }
        }
    }

    @Test func detectionsAreNearlyTheSameAndTheSettingIsKept() throws {
        #expect(try detect("a.mp4", output: "plain").status == 0)
        #expect(try detect("a.mp4", "--fold-colours").status == 0)
        let (plain, folded) = (
            try detections("plain/a.mp4/detections.jsonl"), try detections("out/a.mp4/detections.jsonl")
        )
        try #require(plain.count == 30 && plain.map(\.count) == folded.map(\.count) && plain.joined().count > 20)
        var differences: [Double] = []
        for (a, b) in zip(plain.joined(), folded.joined()) {
            differences.append(abs(a.score - b.score))
            #expect(zip(a.box, b.box).allSatisfy { abs($0 - $1) < 0.1 })
        }
        // Not the same bits, or nothing was folded.
        #expect((differences.max() ?? 0) < 0.02 && differences.contains { $0 > 0 })
        let settings = try place.object("out/run.json")["settings"] as? [String: Any]
        #expect(settings?["fold_colours"] as? Bool == true)
        let other = try detect("a.mp4", "--resume")
        #expect(other.status == 64 && other.errors.contains("fold colours was yes, is no"))
    }

    @Test func resultsDoNotDependOnHowTheWorkIsDivided() throws {
        var results: Set<String> = []
        for (workers, threads, batch) in [("1", "2", "16"), ("2", "1", "7")] {
            let outcome = try detect(
                "a.mp4", "--fold-colours", "--overwrite", "--workers", workers, "--threads", threads, "--batch-frames",
                batch)
            #expect(outcome.status == 0)
            results.insert(try place.read("out/a.mp4/detections.jsonl"))
        }
        #expect(results.count == 1)
    }

    @Test func otherVideosTakeTheOrdinaryWay() throws {
        try place.tool("ffmpeg", ["-v", "error", "-i", "a.mp4", "-c:v", "ffv1", "-pix_fmt", "yuv444p", "b.mkv"])
        #expect(try detect("b.mkv", output: "plain").status == 0)
        let outcome = try detect("a.mp4", "b.mkv", "--fold-colours", "--log-level", "debug")
        #expect(outcome.status == 0)
        let reasons = outcome.errorLines.filter { $0.contains("converted before the model") }
        #expect(reasons.count == 1 && reasons[0].contains("b.mkv") && reasons[0].contains("yuv444p"))
        #expect(
            try place.read("plain/b.mkv/detections.jsonl") == place.read("out/b.mkv/detections.jsonl"))
    }

    @Test func aModelThatCannotDoItIsNamed() throws {
        let outcome = try detect("a.mp4", "--fold-colours", model: "blobs")
        #expect(outcome.status == 64 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("--fold-colours: blobs: its picture is read in 3 places"))
        #expect(!place.exists("out"))
    }

    @Test func theBenchmarkFoldsToo() throws {
        let outcome = try place.run([
            "model", "bench", "stem.onnx", "--detect", "a.mp4", "--decoded", "--fold-colours", "--runs", "2",
            "--threads",
            "1",
        ])
        #expect(outcome.status == 0 && outcome.output.contains("1×2"), "\(outcome)")
    }
}
