import Foundation
import TestSupport
import Testing

@testable import Media

/// Ranges read one after the other by one decoder.
@Suite struct ContinuationTests {
    @Test(arguments: [
        ("closed.mp4", ["-c:v", "libx264", "-g", "12", "-bf", "2"]),
        ("open.mkv", ["-c:v", "libx264", "-x264-params", "keyint=12:open-gop=1:bframes=3:scenecut=0"]),
        ("open_hevc.mp4", ["-c:v", "libx265", "-x265-params", "keyint=12:open-gop=1:bframes=3:log-level=0"]),
        ("open_mpeg2.ts", ["-c:v", "mpeg2video", "-g", "9", "-bf", "2"]),
        ("long.mp4", ["-c:v", "libx264", "-g", "250", "-bf", "3"]),
        ("program.mpg", ["-c:v", "mpeg1video", "-g", "9", "-bf", "2"]),
    ])
    func batchesReadInOrderCostOneDecode(name: String, options: [String]) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(name)
        try FFmpegProgram.make(path, "testsrc2=size=96x64:rate=25:duration=24", ["-pix_fmt", "yuv420p"] + options)
        let index = try KeyframeIndex.build(path: path)
        for maximumFrames in [9, 12, 64, 300] {
            let result = try continued(path, index.batches(maximumFrames: maximumFrames))
            #expect(result.frames.count == 600)
            #expect(
                result.decoded * 20 <= index.packetCount * 21,
                "\(result.decoded) of \(index.packetCount) packets, batches of \(maximumFrames)")
        }
    }

    @Test func rangesWithGapsBetweenThemGoOn() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "one_group.mp4" })
        let path = try clip.make(in: folder)
        let frames = try sequentialFrames(path)
        let starts = stride(from: 3, to: frames.count - 3, by: 10)
        let ranges = starts.map { FrameRange(startPTS: frames[$0].pts, endPTS: frames[$0 + 3].pts) }
        let result = try continued(path, ranges)
        #expect(result.frames == starts.flatMap { frames[$0..<$0 + 3] })
        #expect(result.decoded <= frames.count)
        // Not back.
        #expect(try continued(path, ranges.reversed()).frames == starts.reversed().flatMap { frames[$0..<$0 + 3] })
    }

    @Test func aReaderThatIsNotAtItsEndIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "open_gop.mkv" })
        let path = try clip.make(in: folder)
        let frames = try sequentialFrames(path)
        let batches = try KeyframeIndex.build(path: path).batches(maximumFrames: 30)
        let first = try VideoReader(path: path, range: batches[0])
        _ = try first.nextFrame()
        let second = try VideoReader(path: path, range: batches[1], after: first).remaining()
        let rest = try first.remaining()
        #expect(!rest.isEmpty && !second.isEmpty)
        #expect(rest + second == Array(frames[1...rest.count + second.count]))
    }

    /// What a decoder makes of damage depends on what it has decoded before: it must not depend on who reads the batches.
    @Test(arguments: ["closed.mp4", "open_gop.mkv", "open_gop.mp4", "open.ts", "program.mpg", "hidden_vp9.webm"])
    func damagedBatchesAreTheSameReadInOrderOrApart(name: String) throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == name })
        let whole = try Data(contentsOf: URL(fileURLWithPath: clip.make(in: folder)))
        var files = 0
        for seed in 0..<12 {
            let path = folder.path("\(seed)_" + name)
            try damaged(whole, seed: UInt64(seed)).write(to: URL(fileURLWithPath: path))
            guard let index = try? KeyframeIndex.build(path: path) else { continue }
            files += 1
            for maximumFrames in [5, 16] {
                let batches = index.batches(maximumFrames: maximumFrames)
                let apart = try? batches.map { try VideoReader(path: path, range: $0).remaining() }
                let inOrder = try? continued(path, batches).batches
                #expect(apart == inOrder, "seed \(seed), batches of \(maximumFrames)")
            }
        }
        #expect(files > 0)
    }

    /// Some bits flipped, behind what containers say first.
    private func damaged(_ whole: Data, seed: UInt64) -> Data {
        var data = whole
        var choices = SeededGenerator(seed)
        for _ in 0..<Int.random(in: 1...6, using: &choices) {
            data[Int.random(in: data.count / 20..<data.count, using: &choices)] ^=
                1 << UInt8.random(in: 0..<8, using: &choices)
        }
        return data
    }

    /// The frames of each range, each read by a reader that may go on with the decoder of the one before, and the packets decoded.
    private func continued(
        _ path: String, _ ranges: [FrameRange]
    ) throws -> (batches: [[FrameEntry]], frames: [FrameEntry], decoded: Int) {
        var last: VideoReader?
        var decoded = 0
        let batches = try ranges.map { range in
            let before = last?.packetsDecoded ?? 0
            let reader = try VideoReader(path: path, range: range, after: last)
            if reader.packetsDecoded == 0 { decoded += before }
            last = reader
            return try reader.remaining()
        }
        return (batches, Array(batches.joined()), decoded + (last?.packetsDecoded ?? 0))
    }
}
