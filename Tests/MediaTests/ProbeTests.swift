import Foundation
import Imaging
import Media
import Testing

@Suite struct ProbeTests {
    private func message(_ path: String) -> String {
        do {
            _ = try VideoProbe.probe(path: path)
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func tellsWhatAFileHolds() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("clip.mp4")
        try FFmpegProgram.make(
            path, "testsrc2=size=64x48:rate=25:duration=2",
            ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-video_track_timescale", "12800", "-vf", "setsar=4/3"])
        let info = try VideoProbe.probe(path: path)
        #expect(info.codecName == "h264" && info.pixelFormatName == "yuv420p" && info.formatName.contains("mp4"))
        #expect(info.timeBase == Rational(numerator: 1, denominator: 12800))
        #expect(info.codedSize == ImageSize(width: 64, height: 48) && info.displaySize == info.codedSize)
        #expect(info.averageFrameRate?.doubleValue == 25 && info.startPTS == 0 && !info.hasAudio)
        #expect(info.sampleAspectRatio == Rational(numerator: 4, denominator: 3))
        #expect(abs((info.duration ?? 0) - 2) < 0.001)
    }

    @Test func refusesWhatIsNoVideo() throws {
        let folder = try TemporaryFolder()
        #expect(message(folder.path("absent.mp4")).hasSuffix("absent.mp4: does not exist"))
        #expect(message(folder.url.path).contains("is a folder"))
        try Data().write(to: URL(fileURLWithPath: folder.path("empty.mp4")))
        #expect(message(folder.path("empty.mp4")).contains("is empty"))
        try Data("just some words, nothing to see".utf8).write(to: URL(fileURLWithPath: folder.path("text.mp4")))
        #expect(message(folder.path("text.mp4")).contains("is not a video"))
        try Data("ffconcat version 1.0\nfile other.mp4\n".utf8).write(to: URL(fileURLWithPath: folder.path("list.mp4")))
        #expect(message(folder.path("list.mp4")) != "no error")
    }

    @Test func coverPicturesAreNoVideo() throws {
        let folder = try TemporaryFolder()
        try FFmpegProgram.make(
            folder.path("cover.png"), "testsrc2=size=32x32:duration=1", ["-frames:v", "1", "-update", "1"])
        let arguments = [
            "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-i", folder.path("cover.png"), "-map", "0", "-map",
            "1",
            "-c:v", "copy", "-disposition:v:0", "attached_pic", folder.path("song.m4a"),
        ]
        _ = try FFmpegProgram.run("ffmpeg", arguments)
        #expect(message(folder.path("song.m4a")).hasSuffix("has no video stream, only a cover picture"))
        try FFmpegProgram.make(folder.path("sound.m4a"), "sine=duration=1", [])
        #expect(message(folder.path("sound.m4a")).hasSuffix("has no video stream"))
    }

    @Test func encryptedFilesAreNamedSo() throws {
        guard let path = MediaMaterial.hostile.first(where: { $0.hasSuffix("short-cenc.mp4") }) else { return }
        #expect(message(path).contains("is encrypted"))
    }

    @Test func oddNamesAreOpenedAsTheyAre() throws {
        let folder = try TemporaryFolder()
        for name in ["a:b%03d ü.mp4", "shot%03d.png"] {
            let plain = folder.path("plain." + (name.hasSuffix("png") ? "png" : "mp4"))
            try FFmpegProgram.make(plain, "testsrc2=size=64x48:duration=1", ["-frames:v", "1", "-update", "1"])
            try FileManager.default.moveItem(atPath: plain, toPath: folder.path(name))
            #expect(try sequentialFrames(folder.path(name)).count == 1)
        }
    }
}
