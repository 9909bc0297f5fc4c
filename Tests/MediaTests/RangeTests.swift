import Foundation
import Media
import Testing

@Suite struct RangeTests {
    @Test(arguments: SyntheticClip.all)
    func batchesGiveTheFramesOfOneDecode(clip: SyntheticClip) throws {
        let folder = try TemporaryFolder()
        let path = try clip.make(in: folder)
        let frames = try sequentialFrames(path)
        #expect(frames.map(\.hash) == (try FFmpegProgram.frameHashes(path)))
        #expect(!frames.isEmpty)
        for maximumFrames in [1, 7, 16, 64, 1000] {
            let difference = firstDifference(frames, try batchedFrames(path, maximumFrames: maximumFrames))
            #expect(difference == nil, "batches of \(maximumFrames)")
        }
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
