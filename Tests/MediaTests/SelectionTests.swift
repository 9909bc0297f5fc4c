import Foundation
import Testing

@testable import Media

@Suite struct SelectionTests {
    static let selections = [
        FrameSelection(interval: .frames(5)), FrameSelection(interval: .seconds(0.35)),
        FrameSelection(keyframesOnly: true), FrameSelection(interval: .frames(2), keyframesOnly: true),
        FrameSelection(from: 0.5, to: 1.2), FrameSelection(interval: .frames(30), from: 0.3),
        FrameSelection(from: 100),
    ]

    /// Steps of all batches: times with the frame's hash, or with the reason why it was skipped.
    private func steps(_ path: String, _ selection: FrameSelection, maximumFrames: Int) throws -> [FrameEntry] {
        let choosers = FrameChoosers(selection)
        return try KeyframeIndex.build(path: path).batches(maximumFrames: maximumFrames).flatMap { range in
            let frames = try SelectedFrames(path: path, range: range, choosers: choosers)
            var entries: [FrameEntry] = []
            while let step = try frames.next() {
                switch step {
                case .frame(let frame): entries.append(FrameEntry(pts: frame.pts, hash: frame.md5()))
                case .skipped(let pts, let reason): entries.append(FrameEntry(pts: pts, hash: reason))
                }
            }
            return entries
        }
    }

    @Test(arguments: SyntheticClip.all)
    func chosenFramesAreThoseOfOneDecodeHoweverCut(clip: SyntheticClip) throws {
        let folder = try TemporaryFolder()
        let path = try clip.make(in: folder)
        let all = Set(try sequentialFrames(path))
        for selection in Self.selections {
            let expected = try steps(path, selection, maximumFrames: 1000)
            let frames = expected.filter { $0.hash.count == 32 }
            #expect(Set(frames).isSubset(of: all), "\(selection)")
            #expect(expected.map(\.pts) == expected.map(\.pts).sorted(), "\(selection)")
            #expect(!frames.isEmpty || selection.from == 100 || all.count == 1, "\(selection)")
            for maximumFrames in [1, 7, 64] {
                #expect(
                    firstDifference(expected, try steps(path, selection, maximumFrames: maximumFrames)) == nil,
                    "\(selection), batches of \(maximumFrames)")
            }
        }
    }

    @Test func everyFifthFrameIsEveryFifthFrame() throws {
        let folder = try TemporaryFolder()
        let path = try #require(SyntheticClip.all.first { $0.name == "closed.mp4" }).make(in: folder)
        let all = try sequentialFrames(path)
        let chosen = try steps(path, FrameSelection(interval: .frames(5)), maximumFrames: 16)
        #expect(chosen.count == all.count)
        for (position, (frame, entry)) in zip(all, chosen).enumerated() {
            #expect(entry == (position % 5 == 0 ? frame : FrameEntry(pts: frame.pts, hash: "between chosen frames")))
        }
    }

    @Test func aLongWayBetweenChosenFramesIsNotDecoded() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("long.mp4")
        try FFmpegProgram.make(
            path, "testsrc2=size=64x48:rate=25:duration=40",
            ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"])
        let index = try KeyframeIndex.build(path: path)
        let info = try VideoProbe.probe(path: path)
        let chooser = FrameChooser(
            FrameSelection(interval: .seconds(10)), index: index, info: info)
        let stretches = chooser.stretches(in: .everything)
        #expect(stretches.count == 4)
        #expect(stretches.dropFirst().map { info.seconds(at: $0.startPTS) } == [10, 20, 30])
    }
}
