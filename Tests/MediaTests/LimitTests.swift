import CFFmpeg
import Foundation
import Testing

@testable import Media

/// What a file may ask for.
@Suite struct LimitTests {
    private func reason(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func moreStreamsThanTheLimitAreRefused() throws {
        let folder = try TemporaryFolder()
        try FFmpegProgram.make(folder.path("one.mov"), "testsrc2=size=16x16:rate=1:duration=1", ["-c:v", "mpeg4"])
        // The index is the last box of the file; its track once more, and once more.
        let movie = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("one.mov"))))
        let index = try #require(place(of: "moov", in: movie))
        let track = try #require(place(of: "trak", in: movie))
        let trackSize = movie[track..<track + 4].reduce(0) { $0 << 8 | Int($1) }
        let more = (1...MediaLimits.streams).flatMap { _ in movie[track..<track + trackSize] }
        let size = movie.count - index + more.count
        let many =
            movie[..<index] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + movie[(index + 4)...]
            + more
        try Data(many).write(to: URL(fileURLWithPath: folder.path("many.mov")))
        #expect(
            reason { _ = try VideoProbe.probe(path: folder.path("many.mov")) }.hasSuffix(
                "announces more than 1000 streams, the most that are read"))
    }

    /// Where the box of this name starts, its size first.
    private func place(of name: String, in movie: [UInt8]) -> Int? {
        movie.indices.dropLast(7).first { Array(movie[($0 + 4)..<($0 + 8)]) == Array(name.utf8) }
    }

    @Test func morePacketsThanTheLimitAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.mp4")
        try FFmpegProgram.make(path, "testsrc2=size=32x32:rate=20:duration=1", ["-c:v", "mpeg4"])
        #expect(try KeyframeIndex.build(path: path, most: 20).packetCount == 20)
        let text = reason { _ = try KeyframeIndex.build(path: path, most: 19) }
        #expect(text.hasSuffix("holds more than 19 packets of video, too many to work on; cut it into shorter files"))
    }

    /// A PNG file of 13000 × 13000 pixels takes a kilobyte.
    @Test func picturesBeyondTheLimitAreNotDecoded() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("huge.png")
        try FFmpegProgram.make(path, "color=black:size=16x16", ["-frames:v", "1", "-update", "1"])
        var picture = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        picture.replaceSubrange(16..<24, with: [0, 0, 0x32, 0xc8, 0, 0, 0x32, 0xc8])
        picture.replaceSubrange(29..<33, with: Checksum.crc32(picture[12..<29]))
        try Data(picture).write(to: URL(fileURLWithPath: path))
        #expect(
            reason { _ = try VideoReader(path: path) }.hasSuffix(
                "has pictures of more than 134217728 pixels, the most that are decoded"))
    }

    @Test func timesThatNoClockShowsAreUnknown() {
        let packet = Packet()
        for (pts, expected) in [
            (Int64.max, nil), (Int64.min + 1, nil), (StreamClock.latest + 1, nil),
            (StreamClock.latest, StreamClock.latest),
            (-StreamClock.latest, -StreamClock.latest), (7, 7),
        ] as [(Int64, Int64?)] {
            (packet.pointer.pointee.pts, packet.pointer.pointee.dts) = (pts, pts)
            for duration in [Int64.max, -1, 5] {
                packet.pointer.pointee.duration = duration
                packet.removeAbsurdTimes()
                #expect(packet.pts == expected && packet.dts == expected)
                #expect(packet.pointer.pointee.duration == (duration == 5 ? 5 : 0))
            }
        }
    }

    /// A header that announces years says nothing about what is missing; one that announces minutes does.
    @Test func incredibleLengthsAreNoLosses() throws {
        let folder = try TemporaryFolder()
        try FFmpegProgram.make(folder.path("a.mkv"), "testsrc2=size=32x32:rate=20:duration=2", ["-c:v", "mpeg4"])
        let clip = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("a.mkv"))))
        // Duration: element 0x4489, 8 bytes of a double, in milliseconds; its track's tag holds the other one.
        let place = try #require(clip.indices.dropLast(11).first { Array(clip[$0..<$0 + 3]) == [0x44, 0x89, 0x88] })
        for (seconds, isMissing) in [(2.0, false), (600, true), (3e9, false)] {
            var changed = clip
            let bits = (seconds * 1000).bitPattern
            for byte in 0..<8 { changed[place + 3 + byte] = UInt8(truncatingIfNeeded: bits >> (56 - 8 * byte)) }
            let path = folder.path("\(seconds).mkv")
            try Data(changed).write(to: URL(fileURLWithPath: path))
            #expect((try KeyframeIndex.build(path: path).shortfall != nil) == isMissing, "\(seconds)")
        }
    }
}

/// Of PNG's chunks.
private enum Checksum {
    static func crc32(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var value: UInt32 = ~0
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~value >> $0) }
    }
}
