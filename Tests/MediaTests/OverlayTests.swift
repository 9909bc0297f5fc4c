import Foundation
import Imaging
import Media
import Testing

@Suite struct OverlayTests {
    private static let header = """
        [Script Info]
        ScriptType: v4.00+

        [V4+ Styles]
        Format: Name, Fontname, Fontsize
        Style: a,Sans,20

        [Events]
        Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text

        """

    /// Makes an overlay with an event for each frame of `source` whose text is the frame's number.
    private func overlay(_ source: String, to output: String) throws -> [String] {
        var frames = try sequentialFrames(source).sorted { $0.pts < $1.pts }.enumerated().map {
            OverlayEvent(start: $1.pts, end: $1.pts + 1, lines: ["0,a,,0,0,0,,\($0)"])
        }[...]
        for index in frames.indices.dropLast() { frames[index].end = frames[index + 1].start }
        if let last = frames.indices.last {
            frames[last].end += max(1, Int64(0.05 / (try VideoProbe.probe(path: source)).timeBase.doubleValue))
        }
        return try OverlayMuxer.write(source: source, output: output, header: Self.header) { frames.popFirst() }
    }

    private func packets(_ path: String, _ stream: String, _ field: String) throws -> [Int64] {
        try FFmpegProgram.packets(path, stream: stream, field: field).compactMap { Int64($0) }
    }

    private func milliseconds(_ pts: Int64, _ base: Rational) -> Int64 {
        Int64((Double(pts) * Double(base.numerator) * 1000 / Double(base.denominator)).rounded())
    }

    /// The same pictures in the same order and, rounded to milliseconds, at the same times; an event at each.
    private func expectSamePictures(_ source: String, _ output: String) throws {
        let before = try sequentialFrames(source)
        let base = try VideoProbe.probe(path: source).timeBase
        let after = try sequentialFrames(output)
        #expect(after.map(\.hash) == before.map(\.hash))
        #expect(after.map(\.pts) == before.map { milliseconds($0.pts, base) })
        #expect(try packets(output, "s:m:title:windhover", "pts") == after.map(\.pts).sorted())
        let size = try FFmpegProgram.packets(source, stream: "v:0", field: "size").count
        #expect(try FFmpegProgram.packets(output, stream: "v:0", field: "size").count == size)
    }

    @Test(arguments: SyntheticClip.all.filter { $0.name != "palette.gif" })
    func copiesPicturesWithTheirTimes(clip: SyntheticClip) throws {
        let folder = try TemporaryFolder()
        let source = try clip.make(in: folder)
        let output = folder.path("annotated.mkv")
        #expect(try overlay(source, to: output).isEmpty)
        try expectSamePictures(source, output)
        #expect(!FileManager.default.fileExists(atPath: output + ".partial"))
    }

    @Test func aCodecThatMatroskaCannotCarryIsNamed() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "palette.gif" })
        let source = try clip.make(in: folder)
        let error = #expect(throws: FFmpegError.self) { try overlay(source, to: folder.path("annotated.mkv")) }
        #expect(error?.reason.contains("gif") == true && error?.reason.contains("--annotate video") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["palette.gif"])
    }

    @Test func anErrorOfTheEventsLeavesNoFile() throws {
        struct Trouble: Error {}
        let folder = try TemporaryFolder()
        let source = try #require(SyntheticClip.all.first).make(in: folder)
        #expect(throws: Trouble.self) {
            try OverlayMuxer.write(source: source, output: folder.path("annotated.mkv"), header: Self.header) {
                throw Trouble()
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["closed.mp4"])
    }

    @Test func allSoundAndTextGoesAlong() throws {
        let folder = try TemporaryFolder()
        try Data("1\n00:00:00,500 --> 00:00:01,500\nHello\n".utf8).write(to: folder.url.appendingPathComponent("t.srt"))
        let source = folder.path("source.mkv")
        _ = try FFmpegProgram.run(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=2", "-f", "lavfi", "-i",
                "sine=duration=2", "-i", folder.path("t.srt"), "-map", "0", "-map", "1", "-map", "1", "-map", "2",
                "-c:v",
                "libx264", "-c:a:0", "aac", "-c:a:1", "libopus", "-c:s", "srt", "-disposition:s:0", "default", source,
            ])
        let output = folder.path("annotated.mkv")
        #expect(try overlay(source, to: output).isEmpty)
        try expectSamePictures(source, output)
        for stream in ["0:v", "0:a:0", "0:a:1"] {
            #expect(try hash(source, stream) == hash(output, stream))
        }
        for field in ["pts_time", "duration_time", "size"] {
            #expect(
                try FFmpegProgram.packets(output, stream: "s:0", field: field)
                    == FFmpegProgram.packets(source, stream: "s:0", field: field))
        }
        #expect(try FFmpegProgram.stream(output, stream: "s:1", field: "codec_name") == "ass")
        for (stream, isDefault) in [("s:0", "0"), ("s:1", "1")] {
            let value = try FFmpegProgram.run(
                "ffprobe",
                [
                    "-v", "error", "-select_streams", stream, "-show_entries", "stream_disposition=default", "-of",
                    "default=noprint_wrappers=1:nokey=1", output,
                ])
            #expect(String(decoding: value, as: UTF8.self).hasPrefix(isDefault))
        }
    }

    @Test func theContainersAspectRatioIsKept() throws {
        let folder = try TemporaryFolder()
        let plain = try #require(SyntheticClip.all.first).make(in: folder)
        let (source, output) = (folder.path("wide.mp4"), folder.path("annotated.mkv"))
        _ = try FFmpegProgram.run("ffmpeg", ["-v", "error", "-i", plain, "-c", "copy", "-aspect", "2:1", source])
        #expect(try overlay(source, to: output).isEmpty)
        #expect(
            try VideoProbe.probe(path: output).sampleAspectRatio?.doubleValue
                == VideoProbe.probe(path: source).sampleAspectRatio?.doubleValue)
        #expect(try VideoProbe.probe(path: output).sampleAspectRatio != nil)
    }

    private func hash(_ path: String, _ stream: String) throws -> Data {
        try FFmpegProgram.run(
            "ffmpeg", ["-v", "error", "-i", path, "-map", stream, "-c", "copy", "-f", "streamhash", "-"])
    }

    /// What is heard or shown before 0 has no place in Matroska. FFmpeg's transport streams start 1.4 s later than they are told to.
    @Test func timesBeforeZeroMoveAllTracksAlike() throws {
        let folder = try TemporaryFolder()
        let (plain, source, output) = (folder.path("plain.mp4"), folder.path("early.ts"), folder.path("annotated.mkv"))
        let options = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10", "-bf", "2"]
        try FFmpegProgram.make(plain, "testsrc2=size=64x48:rate=20:duration=2", options)
        _ = try FFmpegProgram.run(
            "ffmpeg",
            [
                "-v", "error", "-i", plain, "-c", "copy", "-output_ts_offset", "-1.5", "-avoid_negative_ts", "disabled",
                source,
            ])
        let notes = try overlay(source, to: output)
        let before = try sequentialFrames(source)
        let base = try VideoProbe.probe(path: source).timeBase
        try #require(before[0].pts < 0)
        #expect(notes.count == 1 && notes[0].contains("0.1 s"))
        let after = try sequentialFrames(output)
        #expect(after.map(\.hash) == before.map(\.hash))
        #expect(after.map(\.pts) == before.map { milliseconds($0.pts, base) + 100 })
        #expect(try packets(output, "s:0", "pts") == after.map(\.pts))
    }

    @Test func rotatedPicturesAreKeptAsStoredAndThatIsSaid() throws {
        guard let source = MediaMaterial.video("decord_rot90.mov") else { return }
        let folder = try TemporaryFolder()
        let notes = try overlay(source, to: folder.path("annotated.mkv"))
        #expect(notes.contains { $0.contains("--annotate video") })
        #expect(try VideoProbe.probe(path: folder.path("annotated.mkv")).orientation == .upright)
    }

    @Test(arguments: [0, 1, 2, 3], [false, true])
    func displayedBoxesAreFoundInTheStoredPicture(turns: Int, isMirrored: Bool) {
        let orientation = Orientation(quarterTurns: turns, isMirrored: isMirrored)
        let size = ImageSize(width: 7, height: 5)
        let displayed = orientation.displaySize(of: size)
        let whole = BoundingBox(x: 0, y: 0, width: Float(displayed.width), height: Float(displayed.height))
        #expect(orientation.decoded(whole, in: size) == BoundingBox(x: 0, y: 0, width: 7, height: 5))
        // The first pixel of the displayed picture, mirrored first and then turned clockwise.
        let corners: [(Float, Float)] = [(0, 0), (0, 4), (6, 4), (6, 0)]
        let corner = corners[turns]
        let expected = BoundingBox(x: isMirrored ? 6 - corner.0 : corner.0, y: corner.1, width: 1, height: 1)
        #expect(orientation.decoded(BoundingBox(x: 0, y: 0, width: 1, height: 1), in: size) == expected)
    }
}
