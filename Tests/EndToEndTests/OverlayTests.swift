import Foundation
import Testing

@Suite(.serialized) struct OverlayTests {
    let place: Workplace
    private let result = "out/a.mp4/annotated.mkv"
    private let width = 512
    private let height = 384

    init() throws {
        place = try Workplace()
        try place.makeModel()
    }

    private func detect(_ arguments: String...) throws -> Workplace.Outcome {
        try place.run(["detect"] + arguments + ["-o", "out", "--model", "blobs.onnx"])
    }

    private func hash(_ path: String, _ stream: String) throws -> String {
        try place.tool("ffmpeg", ["-v", "error", "-i", path, "-map", stream, "-c", "copy", "-f", "streamhash", "-"])
    }

    /// Values of a stream's packets.
    private func packets(_ stream: String, _ fields: String) throws -> [[Double]] {
        try place.tool(
            "ffprobe",
            ["-v", "error", "-select_streams", stream, "-show_entries", "packet=\(fields)", "-of", "csv=p=0", result]
        ).split(separator: "\n").map { $0.split(separator: ",").compactMap { Double($0) } }
    }

    /// The RGB values of the frame at `number`, `filter` applied.
    private func picture(_ number: Int, _ filter: String) throws -> [UInt8] {
        try place.tool(
            "ffmpeg",
            [
                "-v", "error", "-y", "-i", result, "-vf", "format=rgb24\(filter),select=eq(n\\,\(number))", "-frames:v",
                "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "frame.rgb",
            ])
        return [UInt8](try Data(contentsOf: place.folder.appendingPathComponent("frame.rgb")))
    }

    @Test func theStreamsAreCopiedAndATrackIsAdded() throws {
        try place.makeClip("clips/a.mp4", frames: 40, audio: true)
        let outcome = try detect("clips", "--annotate", "overlay")
        #expect(outcome.status == 0)
        #expect(!place.exists("out/a.mp4/annotated.mp4") && !place.exists(result + ".partial"))
        for stream in ["0:v", "0:a"] { #expect(try hash(result, stream) == hash("clips/a.mp4", stream)) }
        #expect(
            try place.tool("ffprobe", DetectTests.probe("codec_type,codec_name") + [result]).split(separator: "\n")
                == ["h264,video", "aac,audio", "ass,subtitle"])
        #expect(try DetectTests.timestamps(place, result) == DetectTests.timestamps(place, "clips/a.mp4"))
        #expect((try place.object("out/run.json")["settings"] as? [String: Any])?["annotate"] as? String == "overlay")
        let events = try packets("s", "pts_time,duration_time")
        for frame in try place.frames("out/a.mp4/detections.jsonl") {
            let time = try #require(frame["time"] as? Double)
            let isDrawn = events.contains { ($0[0]..<$0[0] + $0[1]).contains(time) }
            #expect(isDrawn == ((frame["detections"] as? [Any])?.isEmpty == false), "at \(time)")
        }
        #expect(!events.isEmpty)
    }

    @Test func aRendererDrawsTheBoxesWhereTheyWereFound() throws {
        try makeLargeClip("a.mp4", frames: 12)
        #expect(try detect("a.mp4", "--annotate", "overlay").status == 0)
        let frames = try place.frames("out/a.mp4/detections.jsonl")
        for number in [0, 7, 11] {
            let (plain, drawn) = (try picture(number, ""), try picture(number, ",subtitles=\(result)"))
            let found = try #require(frames[number]["detections"] as? [[String: Any]])
            #expect(!found.isEmpty)
            for detection in found {
                let edges = edges(try #require(detection["box"] as? [Double]))
                // A label may stand on one of them.
                #expect(edges.count { isColoured(drawn, $0) } >= edges.count - 1, "frame \(number), \(detection)")
                #expect(edges.count { isColoured(plain, $0) } == 0)
            }
        }
    }

    /// The clip of the other tests in four times the size, with room for outlines.
    private func makeLargeClip(_ path: String, frames: Int) throws {
        try place.makeClip("small.mp4", frames: frames)
        let filter = "scale=\(width):\(height):flags=neighbor"
        try place.tool("ffmpeg", ["-v", "error", "-i", "small.mp4", "-vf", filter, path])
    }

    /// The middles of a box's sides that lie in the frame.
    private func edges(_ box: [Double]) -> [(x: Int, y: Int)] {
        let (x, y) = (Int(box[0].rounded()), Int(box[1].rounded()))
        let (right, bottom) = (Int((box[0] + box[2]).rounded()) - 1, Int((box[1] + box[3]).rounded()) - 1)
        let sides: [(x: Int, y: Int)] = [
            ((x + right) / 2, y), ((x + right) / 2, bottom), (x, (y + bottom) / 2), (right, (y + bottom) / 2),
        ]
        return sides.filter { (0..<width).contains($0.x) && (0..<height).contains($0.y) }
    }

    /// Whether a pixel has the colour of a track: the clip is black and white.
    private func isColoured(_ picture: [UInt8], _ place: (x: Int, y: Int)) -> Bool {
        let values = (0..<3).map { Int(picture[(place.y * width + place.x) * 3 + $0]) }
        return (values.max() ?? 0) - (values.min() ?? 0) > 60
    }

    @Test func aFinishedOverlayIsKeptAndAMissingOneIsMadeAnew() throws {
        try place.makeClip("a.mp4", frames: 20)
        #expect(try detect("a.mp4", "--annotate", "overlay").status == 0)
        let first = try place.tool("md5sum", [result])
        try FileManager.default.removeItem(at: place.folder.appendingPathComponent(result))
        let again = try detect("a.mp4", "--annotate", "overlay")
        #expect(again.status == 0 && again.errors.contains("made anew"))
        #expect(try place.tool("md5sum", [result]) == first)
        #expect(try detect("a.mp4", "--overwrite").status == 0)
        #expect(!place.exists(result) && place.exists("out/a.mp4/annotated.mp4"))
    }

    @Test func aVideoThatMatroskaCannotCarryDoesNotKeepTheOthersFromBeingDone() throws {
        try place.makeClip("a.mp4", frames: 10)
        try place.tool("ffmpeg", ["-v", "error", "-i", "a.mp4", "b.gif"])
        let outcome = try detect("b.gif", "a.mp4", "--annotate", "overlay", "--quiet")
        #expect(outcome.status == 3 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("gif") && outcome.errors.contains("--annotate video"))
        #expect(place.exists(result) && place.exists("out/b.gif/detections.jsonl"))
        #expect(!place.exists("out/b.gif/annotated.mkv"))
    }
}
