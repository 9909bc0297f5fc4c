import Foundation
import Testing

@testable import Media

@Suite struct RangeTests {
    @Test(arguments: SyntheticClip.all)
    func batchesGiveTheFramesOfOneDecode(clip: SyntheticClip) throws {
        let folder = try TemporaryFolder()
        let path = try clip.make(in: folder)
        let frames = try sequentialFrames(path)
        #expect(frames.map(\.hash) == (try FFmpegProgram.frameHashes(path)))
        #expect(!frames.isEmpty)
        for maximumFrames in [1, 7, 16, 64, 1000] {
            let apart = firstDifference(frames, try framesReadApart(path, maximumFrames: maximumFrames))
            let inOrder = firstDifference(frames, try batchedFrames(path, maximumFrames: maximumFrames))
            #expect(apart == nil && inOrder == nil, "batches of \(maximumFrames)")
        }
        // In another order than they follow in the file, each from the nearest place.
        let backwards = try KeyframeIndex.build(path: path).batches(maximumFrames: 16).reversed()
            .map { try VideoReader(path: path, range: $0, from: .nearest).remaining() }
        #expect(firstDifference(frames, Array(backwards.reversed().joined())) == nil)
    }

    @Test(arguments: ["closed.mp4", "hidden_vp9.webm", "h264.ts"])
    func aClosedRangeCostsItsOwnPackets(name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(name)
        if let clip = SyntheticClip.all.first(where: { $0.name == name }) {
            _ = try clip.make(in: folder)
        } else {
            let options = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "12", "-bf", "2"]
            try FFmpegProgram.make(path, "testsrc2=size=96x64:rate=20:duration=3", options)
        }
        let index = try KeyframeIndex.build(path: path)
        var decoded = 0
        for range in index.batches(maximumFrames: 16) {
            let reader = try VideoReader(path: path, range: range, from: .nearest)
            _ = try reader.remaining()
            decoded += reader.packetsDecoded
        }
        #expect(decoded == index.packetCount)
    }

    @Test func decodersAreEmptiedBehindClosedRangesOnly() throws {
        let folder = try TemporaryFolder()
        for (name, isClosed) in [("closed.mp4", true), ("open_gop.mkv", false), ("open_gop.mp4", false)] {
            let clip = try #require(SyntheticClip.all.first { $0.name == name })
            let index = try KeyframeIndex.build(path: clip.make(in: folder))
            let extents = index.batches(maximumFrames: 12).map(index.extent)
            #expect(extents.reduce(0) { $0 + $1.shown } == index.packetCount)
            #expect(extents.last?.lastPacket == index.packetCount - 1)
            // An encoder may end a group without leading pictures now and then, so of an open one not every end is open.
            #expect(isClosed == extents.dropLast().allSatisfy(\.isClosed), "\(name): \(extents)")
        }
        #expect(
            try KeyframeIndex.build(path: folder.path("closed.mp4")).extent(of: FrameRange(startPTS: 5, endPTS: 5))
                .shown == 0)
    }

    @Test(arguments: SyntheticClip.all)
    func batchesCoverAllTime(clip: SyntheticClip) throws {
        let folder = try TemporaryFolder()
        let index = try KeyframeIndex.build(path: clip.make(in: folder))
        for maximumFrames in [1, 5, 16, 1000] {
            let batches = index.batches(maximumFrames: maximumFrames)
            #expect(batches.first?.startPTS == .min && batches.last?.endPTS == .max)
            #expect(
                zip(batches, batches.dropFirst()).allSatisfy { $0.endPTS == $1.startPTS && $0.startPTS < $0.endPTS })
            #expect(batches.count > 1 || index.packetCount <= maximumFrames)
        }
    }

    @Test func boundariesPreferKeyframes() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "closed.mp4" })
        let index = try KeyframeIndex.build(path: clip.make(in: folder))
        let boundaries = index.batches(maximumFrames: 16).dropFirst().map(\.startPTS)
        #expect(!boundaries.isEmpty)
        #expect(Set(boundaries).isSubset(of: index.keyframePTS))
    }

    @Test func anyRangeWithinAGroupCanBeRead() throws {
        let folder = try TemporaryFolder()
        let clip = try #require(SyntheticClip.all.first { $0.name == "open_gop.mkv" })
        let path = try clip.make(in: folder)
        let frames = try sequentialFrames(path)
        for start in stride(from: 0, to: frames.count - 3, by: 5) {
            let range = FrameRange(startPTS: frames[start].pts, endPTS: frames[start + 3].pts)
            #expect(try VideoReader(path: path, range: range).remaining() == Array(frames[start..<start + 3]))
        }
    }
}
