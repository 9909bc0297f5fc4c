import Foundation
import Media
import Testing

/// Annotated videos in Matroska and WebM.
@Suite struct ContainerTests {
    private static let settings: [VideoContainer: EncoderSettings] = [
        .mkv: EncoderSettings(preset: "ultrafast", crf: 30), .webm: EncoderSettings(codec: .vp9, preset: "8", crf: 50),
    ]

    private func render(
        _ source: String, in container: VideoContainer, _ folder: TemporaryFolder, excerpt: FrameRange? = nil
    ) throws -> (path: String, notes: [String]) {
        let output = folder.path("joined.\(container)")
        let notes = try MediaTests.render(
            source, to: output, maximumFrames: 16, folder: folder, settings: #require(Self.settings[container]),
            container: container, excerpt: excerpt)
        #expect(!FileManager.default.fileExists(atPath: output + ".partial"))
        return (output, notes)
    }

    /// Seconds by which the times of the two files' frames differ, at most, and the frames of both.
    private func difference(_ source: String, _ output: String) throws -> Double {
        let (before, after) = (try VideoProbe.probe(path: source), try VideoProbe.probe(path: output))
        let (expected, found) = (try sequentialFrames(source).map(\.pts).sorted(), try sequentialFrames(output))
        #expect(found.count == expected.count)
        return zip(expected, found).map { abs(before.seconds(at: $0) - after.seconds(at: $1.pts)) }.max() ?? 1
    }

    @Test(arguments: [VideoContainer.mkv, .webm], ["closed.mp4", "vfr.mkv", "offset.mp4", "open.ts", "program.mpg"])
    func timesAreTheSourcesToHalfAMillisecond(container: VideoContainer, name: String) throws {
        let folder = try TemporaryFolder()
        let source = try #require(SyntheticClip.all.first { $0.name == name }).make(in: folder)
        let (output, notes) = try render(source, in: container, folder)
        #expect(try notes.isEmpty && difference(source, output) <= 0.0005 + 1e-9)
        // Throws where decoding complains.
        _ = try FFmpegProgram.run("ffmpeg", ["-v", "error", "-xerror", "-i", output, "-f", "null", "-"])
    }

    @Test func aFileIsTheSameEveryTime() throws {
        let folder = try TemporaryFolder()
        let source = try clipWithTone("a.mp4", audio: ["-c:a", "aac"], in: folder)
        let files = try (0..<2).map { _ in
            try Data(contentsOf: URL(fileURLWithPath: render(source, in: .mkv, folder).path))
        }
        #expect(files[0] == files[1])
    }

    @Test(arguments: [
        (VideoContainer.mkv, "aac.mp4", ["-c:a", "aac"], "aac"), (.mkv, "adts.ts", ["-c:a", "aac"], "aac"),
        (.mkv, "pcm.mov", ["-c:a", "pcm_s16be"], "pcm_s16be"), (.mkv, "vorbis.mkv", ["-c:a", "libvorbis"], "vorbis"),
        (.mkv, "opus.mp4", ["-c:a", "libopus"], "opus"), (.mkv, "flac.mkv", ["-c:a", "flac"], "flac"),
        (.mkv, "mp3.mp4", ["-c:a", "libmp3lame"], "mp3"),
        (.mkv, "ulaw.avi", ["-c:a", "pcm_mulaw", "-ar", "8000"], "pcm_mulaw"),
        (.mkv, "ima.mov", ["-c:a", "adpcm_ima_qt"], "aac"),
        (.mkv, "latm.ts", ["-c:a", "aac", "-mpegts_flags", "latm"], "aac"),
        (.webm, "opus.mp4", ["-c:a", "libopus"], "opus"), (.webm, "vorbis.mkv", ["-c:a", "libvorbis"], "vorbis"),
        (.webm, "aac.mp4", ["-c:a", "aac"], "opus"), (.webm, "adts.ts", ["-c:a", "aac"], "opus"),
        (.webm, "surround.mkv", ["-c:a", "pcm_s16le", "-ac", "6"], "opus"),
        (.webm, "four.mkv", ["-c:a", "pcm_s16le", "-af", "pan=4.0|FL=c0|FR=c0|FC=c0|BC=c0"], "opus"),
        (.webm, "ulaw.avi", ["-c:a", "pcm_mulaw", "-ar", "8000"], "opus"),
    ])
    func soundIsCopiedOrEncoded(container: VideoContainer, name: String, audio: [String], codec: String) throws {
        let folder = try TemporaryFolder()
        let source = try clipWithTone(name, audio: audio, in: folder)
        let (output, notes) = try render(source, in: container, folder)
        #expect(try FFmpegProgram.stream(output, stream: "a:0", field: "codec_name") == codec)
        let isCopied = try FFmpegProgram.stream(source, stream: "a:0", field: "codec_name") == codec
        #expect(notes.isEmpty == isCopied, "\(notes)")
        #expect(
            try FFmpegProgram.stream(output, stream: "a:0", field: "channels")
                == FFmpegProgram.stream(source, stream: "a:0", field: "channels"))
        #expect(try difference(source, output) <= 0.0005 + 1e-9)
        let (before, after) = (try soundStart(source), try soundStart(output))
        #expect(abs((try toneStart(source) - before.video) - (try toneStart(output) - after.video)) < 0.005)
        let times = try FFmpegProgram.packets(output, stream: "a:0", field: "dts_time").compactMap { Double($0) }
        #expect(abs((times.last ?? 0) - after.video - 2) < 0.2)
    }

    @Test(arguments: [VideoContainer.mkv, .webm], [("aac.mp4", ["-c:a", "aac"]), ("opus.mkv", ["-c:a", "libopus"])])
    func anExcerptStartsAtZeroWithItsSound(container: VideoContainer, clip: (name: String, audio: [String])) throws {
        let folder = try TemporaryFolder()
        let source = try clipWithTone(clip.name, audio: clip.audio, in: folder)
        let frames = try sequentialFrames(source)
        let range = FrameRange(startPTS: frames[13].pts, endPTS: frames[33].pts)
        let (output, _) = try render(source, in: container, folder, excerpt: range)
        let start = try soundStart(output)
        #expect(start.video == 0 && abs(start.audio) < 0.03)
        let times = try FFmpegProgram.packets(output, stream: "a:0", field: "dts_time").compactMap { Double($0) }
        #expect(abs((times.last ?? 0) - 0.8) < 0.05 && times == times.sorted())
        #expect(try sequentialFrames(output).count == 20)
    }

    @Test func aspectRatioAndColoursAreKept() throws {
        let folder = try TemporaryFolder()
        let source = folder.path("wide.mp4")
        try FFmpegProgram.make(
            source, "testsrc2=size=96x64:rate=20:duration=1,setsar=10/11",
            [
                "-c:v", "libx264", "-pix_fmt", "yuvj420p", "-colorspace", "bt709", "-color_primaries", "bt709",
                "-color_trc", "bt709",
            ])
        let before = try VideoProbe.probe(path: source)
        for container in [VideoContainer.mkv, .webm] {
            let after = try VideoProbe.probe(path: render(source, in: container, folder).path)
            // Matroska says it as a size in whole pixels.
            let ratios = [before, after].map { $0.sampleAspectRatio?.doubleValue ?? 1 }
            #expect(abs(ratios[0] - ratios[1]) * 96 <= 0.5)
            #expect(
                after.colour.isFullRange == before.colour.isFullRange && after.colour.matrix == before.colour.matrix)
            #expect(
                after.colour.primaries == before.colour.primaries && after.colour.transfer == before.colour.transfer)
        }
    }
}
