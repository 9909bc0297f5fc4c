import Foundation
import Testing

/// `--codec` and `--container`.
@Suite(.serialized) struct CodecTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.makeClip("a.mp4", frames: 150, audio: true)
    }

    private func times(_ path: String) throws -> [Double] {
        let arguments = [
            "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path,
        ]
        return try place.tool("ffprobe", arguments).split(whereSeparator: { $0.isNewline || $0 == "," }).compactMap {
            Double($0)
        }
    }

    @Test(arguments: ["h264", "hevc", "av1", "vp9"])
    func segmentsOfEachCodecFitTogether(codec: String) throws {
        let outcome = try place.run([
            "detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--codec", codec, "--workers", "2", "--threads",
            "1",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("x265") && !outcome.errors.contains("Svt"))
        let video = "out/a.mp4/annotated.mp4"
        let names = try place.tool(
            "ffprobe", ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", video])
        #expect(names.split(whereSeparator: \.isNewline).sorted() == ["aac", Substring(codec)].sorted())
        #expect(try times(video) == times("a.mp4"))
        // Throws where decoding complains.
        _ = try place.tool("ffmpeg", ["-v", "error", "-xerror", "-i", video, "-f", "null", "-"])
    }

    @Test(arguments: [("mkv", "h264", "aac"), ("webm", "vp9", "opus")])
    func segmentsGoIntoOtherContainers(container: String, codec: String, audio: String) throws {
        let arguments = ["detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--container", container]
        let outcome = try place.run(arguments + ["--workers", "2", "--threads", "1"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let video = "out/a.mp4/annotated.\(container)"
        #expect(!place.exists("out/a.mp4/annotated.mp4"))
        let names = try place.tool(
            "ffprobe", ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", video])
        #expect(names.split(whereSeparator: \.isNewline) == [Substring(codec), Substring(audio)])
        #expect(try times(video) == times("a.mp4"))
        // A finished run is not touched, and one in another container not mixed in.
        #expect(try place.run(arguments).status == 0)
        // Another container needs no detection.
        #expect(try place.run(Array(arguments.dropLast(2))).status == 0)
        #expect(place.exists("out/a.mp4/annotated.mp4"))
    }
}
