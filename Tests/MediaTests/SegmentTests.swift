import Foundation
import Imaging
import Media
import Testing

@Suite struct SegmentTests {
    /// Times of all frames in seconds, exact as fractions of both time bases.
    private func expectSameTimes(_ source: String, _ output: String) throws {
        let (from, to) = (try VideoProbe.probe(path: source).timeBase, try VideoProbe.probe(path: output).timeBase)
        let expected = try sequentialFrames(source).map { $0.pts * Int64(from.numerator * to.denominator) }.sorted()
        let found = try sequentialFrames(output).map { $0.pts * Int64(to.numerator * from.denominator) }
        #expect(found.count == expected.count)
        #expect(found == expected)
        let dts = try FFmpegProgram.packets(output, stream: "v:0", field: "dts").compactMap { Int64($0) }
        #expect(dts.count == found.count)
        #expect(zip(dts, dts.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(arguments: SyntheticClip.all.filter { $0.name != "picture.png" })
    func keepsEveryTime(clip: SyntheticClip) throws {
        let folder = try TemporaryFolder()
        let source = try clip.make(in: folder)
        try render(source, to: folder.path("joined.mp4"), maximumFrames: 16, folder: folder)
        try expectSameTimes(source, folder.path("joined.mp4"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("joined.mp4.partial")))
    }

    @Test(arguments: [
        "intel_car-detection.mp4", "moviepy_fire2_rot180_vfr.mp4", "decord_flipping_a_pancake.mkv",
        "fate_roundup1414.mpg",
        "fate_issue505_rot-90.mov", "imageio_realshort.mp4", "mmaction2_test.avi", "fate_vp80-014_175x143.ivf",
        "fate_elst_mov-3elist-1ctts.mov", "fate_msvideo1_skating.avi", "fate_matrixbench_716x236.mpg",
    ])
    func keepsTimesOfRealClips(name: String) throws {
        guard let source = MediaMaterial.video(name) else { return }
        let folder = try TemporaryFolder()
        let output = folder.path("joined.mp4")
        try render(source, to: output, maximumFrames: 64, folder: folder)
        try expectSameTimes(source, output)
        let info = try VideoProbe.probe(path: source)
        let joined = try VideoProbe.probe(path: output)
        let even = ImageSize(width: (info.displaySize.width + 1) / 2 * 2, height: (info.displaySize.height + 1) / 2 * 2)
        #expect(joined.displaySize == even && joined.orientation == .upright)
        #expect(joined.sampleAspectRatio == info.sampleAspectRatio && joined.hasAudio == info.hasAudio)
        #expect(
            joined.colour.isFullRange == info.colour.isFullRange && joined.colour.primaries == info.colour.primaries)
        #expect(joined.colour.matrix == info.colour.matrix || info.pixelFormatName == "pal8")
    }

    @Test func carDetectionKeepsItsAudio() throws {
        guard let source = MediaMaterial.video("intel_car-detection.mp4") else { return }
        let folder = try TemporaryFolder()
        let output = folder.path("joined.mp4")
        #expect(try render(source, to: output, maximumFrames: 64, folder: folder).isEmpty)
        #expect(try sequentialFrames(output).count == 377)
        #expect(try FFmpegProgram.stream(output, stream: "a:0", field: "codec_name") == "aac")
        for field in ["pts_time", "size"] {
            #expect(
                try FFmpegProgram.packets(output, stream: "a:0", field: field)
                    == FFmpegProgram.packets(source, stream: "a:0", field: field))
        }
    }

    @Test(arguments: [
        ("aac.mp4", ["-c:a", "aac"], "aac"), ("adts.ts", ["-c:a", "aac"], "aac"),
        ("mp3.mkv", ["-c:a", "libmp3lame"], "mp3"),
        ("opus.mkv", ["-c:a", "libopus"], "opus"), ("flac.mkv", ["-c:a", "flac"], "flac"),
        ("pcm.mov", ["-c:a", "pcm_s16le"], "aac"),
        ("vorbis.mkv", ["-c:a", "libvorbis"], "aac"), ("ulaw.avi", ["-c:a", "pcm_mulaw", "-ar", "8000"], "aac"),
        ("slow.mkv", ["-c:a", "libmp3lame", "-ar", "11025"], "aac"),
    ])
    func audioIsCopiedOrEncoded(name: String, audio: [String], codec: String) throws {
        let folder = try TemporaryFolder()
        let source = try clipWithTone(name, audio: audio, in: folder)
        let output = folder.path("joined.mp4")
        let notes = try render(source, to: output, maximumFrames: 16, folder: folder)
        #expect(try FFmpegProgram.stream(output, stream: "a:0", field: "codec_name") == codec)
        let isCopied = try FFmpegProgram.stream(source, stream: "a:0", field: "codec_name") == codec
        #expect(notes.isEmpty == isCopied)
        try expectSameTimes(source, output)
        let (before, after) = (try soundStart(source), try soundStart(output))
        #expect(abs((before.audio - before.video) - (after.audio - after.video)) < 0.01)
        let times = try FFmpegProgram.packets(output, stream: "a:0", field: "dts_time").compactMap { Double($0) }
        #expect(abs((times.last ?? 0) - after.video - 2) < 0.2)
    }

    @Test func brokenAudioNeverLosesThePictures() throws {
        guard let source = MediaMaterial.hostile.first(where: { $0.hasSuffix("moviepy_failing_audio.mp4") }) else {
            return
        }
        let folder = try TemporaryFolder()
        try render(source, to: folder.path("joined.mp4"), maximumFrames: 64, folder: folder)
        try expectSameTimes(source, folder.path("joined.mp4"))
    }

    @Test func refusesWrongSettingsAndForeignFiles() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "closed.mp4" })
        let source = try clip.make(in: folder)
        let info = try VideoProbe.probe(path: source)
        #expect(throws: FFmpegError.self) {
            try SegmentWriter(
                path: folder.path("segment"), info: info, settings: EncoderSettings(preset: "no such preset"))
        }
        #expect(throws: FFmpegError.self) {
            try SegmentJoiner.join(segments: [source], source: source, output: folder.path("joined.mp4"))
        }
        #expect(throws: FFmpegError.self) {
            try SegmentJoiner.join(segments: [], source: source, output: folder.path("joined.mp4"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["closed.mp4"])
    }

    @Test func anUnfinishedSegmentLeavesNoFile() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "closed.mp4" })
        let source = try clip.make(in: folder)
        do {
            let reader = try VideoReader(path: source)
            let writer = try SegmentWriter(path: folder.path("segment"), info: reader.info, settings: EncoderSettings())
            let frame = try #require(try reader.nextFrame())
            try writer.write(YUVConverter(displayed: reader.info).convert(frame))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["closed.mp4"])
    }
}
