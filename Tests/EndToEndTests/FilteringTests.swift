import Foundation
import Testing

/// Interlaced video and video of high dynamic range.
@Suite(.serialized) struct FilteringTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
    }

    private func detect(_ clip: String, _ arguments: String...) throws -> Workplace.Outcome {
        try place.run(["detect", clip, "-o", "out", "--overwrite", "--model", "blobs.onnx"] + arguments)
    }

    private func probe(_ path: String, _ fields: String) throws -> String {
        try place.tool(
            "ffprobe",
            [
                "-v", "error", "-select_streams", "v", "-count_packets", "-show_entries", "stream=\(fields)", "-of",
                "csv=p=0", path,
            ]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A clip whose colours are told as `transfer`, at 20 frames a second.
    private func makeClip(transfer: String) throws {
        try place.makeClip("plain.mp4", frames: 20)
        try place.tool(
            "ffmpeg",
            [
                "-v", "error", "-y", "-i", "plain.mp4", "-vf",
                "format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=\(transfer):colorspace=bt2020nc:range=tv",
                "-c:v", "libx264", "-g", "6", "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace",
                "bt2020nc",
                "hdr.mp4",
            ])
    }

    @Test(arguments: ["smpte2084", "arib-std-b67"])
    func highDynamicRangeBecomesStandard(transfer: String) throws {
        try makeClip(transfer: transfer)
        #expect(try probe("hdr.mp4", "color_transfer") == transfer)
        var results: Set<String> = []
        for (workers, frames) in [("1", "64"), ("2", "5"), ("2", "1")] {
            let outcome = try detect("hdr.mp4", "--workers", workers, "--batch-frames", frames)
            #expect(outcome.status == 0, "\(outcome.errors)")
            results.insert(try place.read("out/hdr.mp4/detections.jsonl"))
            let output = "out/hdr.mp4/annotated.mp4"
            #expect(
                try probe(output, "pix_fmt,color_range,color_space,color_transfer,color_primaries")
                    == "yuv420p,tv,bt709,bt709,bt709")
            #expect(try probe(output, "nb_read_packets") == "20")
        }
        #expect(results.count == 1)
    }

    @Test func interlacedFrames() throws {
        try place.makeClip("plain.mp4", frames: 40)
        try place.tool(
            "ffmpeg",
            [
                "-v", "error", "-y", "-i", "plain.mp4", "-vf", "tinterlace=interleave_top", "-c:v", "mpeg2video",
                "-flags",
                "+ildct+ilme", "-top", "1", "-q:v", "2", "-g", "6", "woven.ts",
            ])
        var results: [Set<String>] = []
        for choice in ["auto", "on", "off"] {
            results.append([])
            for frames in ["64", "3"] {
                let outcome = try detect("woven.ts", "--deinterlace", choice, "--batch-frames", frames)
                #expect(outcome.status == 0, "\(outcome.errors)")
                results[results.count - 1].insert(try place.read("out/woven.ts/detections.jsonl"))
                #expect(try probe("out/woven.ts/annotated.mp4", "nb_read_packets") == "20")
            }
        }
        #expect(results.allSatisfy { $0.count == 1 })
        #expect(results[0] == results[1] && results[0] != results[2])
        let settings = try #require(try place.object("out/run.json")["settings"] as? [String: Any])
        #expect(settings["deinterlace"] as? String == "off")
        let other = try place.run(["detect", "woven.ts", "-o", "out", "--model", "blobs.onnx", "--resume"])
        #expect(other.status == 64 && other.errors.contains("deinterlace was off, is auto"))
    }
}
