import Foundation
import TestSupport
import Testing

@testable import Media

/// What a decoder leaves undecoded does not depend on which frames others still hold.
@Suite struct BufferHistoryTests {
    /// Codecs whose decoders leave parts of damaged frames as they were.
    private static let clips: [(name: String, options: [String])] = [
        ("mjpeg.avi", ["-c:v", "mjpeg"]),
        ("prores.mov", ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"]),
        ("ffv1.avi", ["-c:v", "ffv1", "-level", "3", "-slices", "4", "-pix_fmt", "yuv420p16le"]),
        ("h264.mkv", ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p10le", "-g", "6"]),
        ("vp8.webm", ["-c:v", "libvpx", "-g", "6", "-b:v", "100k"]),
        ("mpeg2.ts", ["-c:v", "mpeg2video", "-g", "6", "-bf", "2"]),
    ]

    private func damage(_ path: String, seed: UInt64) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SeededGenerator(seed)
        for _ in 0..<12 {
            let place = 600 + Int(random.next() % UInt64(bytes.count - 600))
            bytes[place] ^= 1 << UInt8(random.next() % 8)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// Hashes of all frames, each let go before the next one, or many held for a while.
    private func hashes(_ path: String, holding: Bool) throws -> [String] {
        let reader = try VideoReader(path: path)
        var held: [VideoFrame] = []
        var hashes: [String] = []
        while let frame = try reader.nextFrame() {
            hashes.append(frame.md5())
            if holding { held.append(frame) }
            if held.count > 64 { held.removeFirst() }
        }
        return hashes
    }

    @Test(arguments: clips.indices)
    func framesAreTheSameHoweverManyAreHeld(index: Int) throws {
        let clip = Self.clips[index]
        let folder = try TemporaryFolder()
        for seed in 0..<6 as Range<UInt64> {
            let path = folder.path(clip.name)
            try FFmpegProgram.make(path, "testsrc2=size=96x64:rate=10:duration=2", clip.options)
            try damage(path, seed: seed)
            guard let alone = try? hashes(path, holding: false) else { continue }
            #expect(alone == (try hashes(path, holding: true)), "\(clip.name), seed \(seed)")
        }
    }

    @Test(arguments: MediaMaterial.hostile.filter { $0.contains("made_bitflip") })
    func damagedFilesToo(path: String) throws {
        #expect(try hashes(path, holding: false) == hashes(path, holding: true))
    }
}
