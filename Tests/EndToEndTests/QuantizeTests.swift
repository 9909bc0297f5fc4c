import Foundation
import Tensors
import Testing

@Suite struct QuantizeTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try BlobModel.deepFile.write(to: place.folder.appendingPathComponent("deep.onnx"))
        try place.write("labels: [blob]\n", to: "deep.yaml")
        try place.makeClip("clip.mp4", frames: 20)
    }

    private func quantize(_ model: String, _ output: String, _ more: String...) throws -> Workplace.Outcome {
        try place.run(["model", "quantize", model, "--calibrate", "clip.mp4", "-o", output, "--frames", "6"] + more)
    }

    /// The written model is used like the one it was made from, and finds the same.
    @Test func aQuantizedModelDetects() throws {
        let outcome = try quantize("deep.onnx", "small.onnx")
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(outcome.errorLines[0] == "calibrated on 6 frames")
        #expect(outcome.errors.contains("1 of 4 convolutions in 8 bits; in float 3 (no convolution behind it)"))
        let info = try place.run(["model", "info", "small.onnx"])
        #expect(info.output.contains("QuantizeLinear") && info.output.contains("blob"))
        for model in ["deep.onnx", "small.onnx"] {
            let run = try place.run(
                ["detect", "clip.mp4", "-o", "out-\(model)", "--model", model, "--no-annotate", "--workers", "1"])
            #expect(run.status == 0, "\(run.errors)")
        }
        let counts = try ["deep.onnx", "small.onnx"].map { model in
            let folder = place.folder.appendingPathComponent("out-\(model)")
            let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            let name = try #require(files.first { $0.hasSuffix("detections.jsonl") })
            return try place.frames("out-\(model)/\(name)").map { ($0["detections"] as? [Any])?.count ?? 0 }
        }
        #expect(counts[0].reduce(0, +) > 0 && counts[0] == counts[1])
    }

    @Test func picturesServeAsExamples() throws {
        try place.tool("ffmpeg", ["-v", "error", "-i", "clip.mp4", "-frames:v", "1", "picture.jpg"])
        let outcome = try place.run(
            [
                "model", "quantize", "deep.onnx", "--calibrate", "picture.jpg", "clip.mp4", "-o", "q.onnx", "--frames",
                "3",
            ])
        #expect(outcome.status == 0 && outcome.errorLines[0] == "calibrated on 2 frames")
    }

    @Test func convolutionsStayInFloatOnRequest() throws {
        let outcome = try quantize("deep.onnx", "small.onnx", "--keep-float", "make pixels")
        #expect(outcome.status == 0 && outcome.errors.contains("0 of 4 convolutions"))
        #expect(outcome.errors.contains("1 (asked for or hurt most), 3 (no convolution behind it)"))
        let unknown = try quantize("deep.onnx", "other.onnx", "--keep-float", "nothing")
        #expect(unknown.status == 64 && unknown.errors.contains("'nothing'") && !place.exists("other.onnx"))
    }

    /// One clear line, and nothing is written.
    @Test func refusesWhatCannotBe() throws {
        func refusal(_ model: String, _ output: String, _ words: String) throws {
            let outcome = try quantize(model, output)
            #expect(
                outcome.status == 64 && outcome.errorLines.count == 1 && outcome.errors.contains(words), "\(outcome)")
        }
        try refusal("blobs.onnx", "q.onnx", "no convolution that can be computed in 8 bits")
        #expect(try quantize("deep.onnx", "q.onnx").status == 0)
        let before = try Data(contentsOf: place.folder.appendingPathComponent("q.onnx"))
        try refusal("deep.onnx", "q.onnx", "q.onnx is there already")
        try refusal("q.onnx", "r.onnx", "quantized already")
        try refusal("deep.onnx", "deep.onnx", "the model itself")
        try place.write("head: yolox\n", to: "s.yaml")
        try refusal("deep.onnx", "s.onnx", "s.yaml is there already")
        #expect(try Data(contentsOf: place.folder.appendingPathComponent("q.onnx")) == before)
        #expect(try quantize("deep.onnx", "q.onnx", "--force").status == 0)
        #expect(try Data(contentsOf: place.folder.appendingPathComponent("q.onnx")) == before)
        try place.write("no video", to: "text.mp4")
        let text = try place.run(["model", "quantize", "deep.onnx", "--calibrate", "text.mp4", "-o", "t.onnx"])
        #expect(text.status == 4 && text.errorLines.count == 1 && text.errors.contains("text.mp4"))
        #expect(!place.exists("t.onnx") && !place.exists("r.onnx"))
    }
}
