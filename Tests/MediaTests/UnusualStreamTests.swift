import CFFmpeg
import Foundation
import Imaging
import Testing

@testable import Media

@Suite struct UnusualStreamTests {
    /// Raw pictures in AVI may lie upside down in memory: FFmpeg then gives planes whose rows go backwards.
    @Test func picturesStoredFromTheLastRowCanBeDrawnOn() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("raw.avi")
        try FFmpegProgram.make(
            path, "testsrc2=size=32x24:rate=10:duration=0.3", ["-c:v", "rawvideo", "-pix_fmt", "yuv420p"])
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        try markBottomUp(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let reader = try VideoReader(path: path)
        let frame = try #require(try reader.nextFrame())
        try #require(frame.box.stride(0) < 0, "this FFmpeg does not turn the picture")
        let expected = [UInt8](try #require(try luma(of: frame)))
        let picture = try YUVConverter(displayed: reader.info).convert(frame)
        #expect(picture.layout.lumaStride >= 32)
        let found = picture.withPlanes { luma, _, _, layout in
            (0..<24).flatMap { row in (0..<32).map { luma[row * layout.lumaStride + $0] } }
        }
        #expect(found == expected)
    }

    private func luma(of frame: VideoFrame) throws -> [UInt8]? {
        (0..<24).flatMap { row in (0..<32).map { frame.box.plane(0)[row * frame.box.stride(0) + $0] } }
    }

    /// Lengthens the stream's format by the word that FFmpeg's own AVI reader puts there for pictures of RGB.
    private func markBottomUp(_ bytes: inout [UInt8]) throws {
        func position(_ name: String) throws -> Int {
            let name = Array(name.utf8)
            return try #require(bytes.indices.dropLast(4).first { Array(bytes[$0..<($0 + 4)]) == name })
        }
        let word = Array("BottomUp\0\0".utf8)
        let format = try position("strf")
        let lists = [4, try position("hdrl") - 4, try position("strl") - 4, format + 4]
        for place in lists {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
            // The chunk's size counts the word without its padding.
            let longer = size + (place == format + 4 ? 9 : 10)
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: longer >> (8 * index)) }
        }
        let end = format + 8 + 40
        bytes.insert(contentsOf: word, at: end)
    }

    /// A transport stream may bring further streams in its middle; their packets are none of the video's.
    @Test func streamsThatAppearLaterAreLeftOut() throws {
        let folder = try TemporaryFolder()
        let video = ["-c:v", "mpeg2video", "-g", "5"]
        try FFmpegProgram.make(
            folder.path("first.ts"), "testsrc2=size=64x48:rate=25:duration=8", video + ["-mpegts_start_pid", "0x100"])
        _ = try FFmpegProgram.run(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i", "sine=duration=2", "-f", "lavfi", "-i",
                "testsrc2=size=64x48:rate=25:duration=2", "-map", "1", "-map", "0", "-c:a", "mp2",
            ] + video + ["-mpegts_start_pid", "0x200", "-output_ts_offset", "8", folder.path("second.ts")])
        let joined = try ["first.ts", "second.ts"].reduce(Data()) {
            try $0 + Data(contentsOf: folder.url.appendingPathComponent($1))
        }
        let path = folder.path("joined.ts")
        try joined.write(to: URL(fileURLWithPath: path))
        let expected = try FFmpegProgram.frameHashes(path)
        #expect(try sequentialFrames(path).map(\.hash) == expected)
        #expect(try batchedFrames(path, maximumFrames: 30).map(\.hash) == expected)
    }

    /// FFmpeg's muxers believe the numbers in parameter sets.
    @Test(arguments: ["libx264", "libx265"]) func damagedParameterSetsAreNotGivenToMuxers(encoder: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(encoder == "libx264" ? "raw.h264" : "raw.hevc")
        try FFmpegProgram.make(
            path, "testsrc2=size=64x48:rate=10:duration=0.5",
            ["-c:v", encoder, "-preset", "ultrafast", "-pix_fmt", "yuv420p"])
        let demuxer = try Demuxer(path: path)
        let parameters = CodecParameters(of: try VideoStream(in: demuxer).pointer)
        #expect(ParameterSets.areSound(parameters.pointer.pointee))
        let count = Int(parameters.pointer.pointee.extradata_size)
        try #require(count > 20)
        let data = UnsafeMutableBufferPointer(start: parameters.pointer.pointee.extradata, count: count)
        // Behind the start code and the name of each set.
        for index in 0..<(count - 9) where Array(data[index..<(index + 3)]) == [0, 0, 1] {
            for place in (index + 5)..<(index + 9) { data[place] = 0 }
        }
        #expect(!ParameterSets.areSound(parameters.pointer.pointee))
        // The form of MP4, which is copied and not read.
        data[0] = 1
        #expect(ParameterSets.areSound(parameters.pointer.pointee))
    }
}
