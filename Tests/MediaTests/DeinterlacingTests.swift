import Foundation
import Imaging
import Media
import Testing

/// Interlaced clips: pairs of pictures of 50 a second, woven.
@Suite struct DeinterlacingTests {
    /// A clip of woven pictures, and how it is coded.
    struct Clip: Sendable, CustomTestStringConvertible {
        let name: String
        let weaving: String
        var format = "yuv420p"
        let options: [String]
        var testDescription: String { name }

        /// A soft picture that moves to the side by four pixels a field.
        static let pictures =
            "testsrc2=size=400x256:rate=50:duration=1,gblur=sigma=2,crop=192:128:x='n*4':y=64"

        func make(in folder: TemporaryFolder) throws -> String {
            let path = folder.path(name)
            try FFmpegProgram.make(path, "\(Self.pictures),format=\(format),tinterlace=\(weaving)", options)
            return path
        }
    }

    private static let woven = ["-flags", "+ildct+ilme", "-g", "6", "-bf", "2"]
    static let clips = [
        Clip(
            name: "top_first.ts", weaving: "interleave_top",
            options: ["-c:v", "mpeg2video", "-q:v", "2", "-top", "1"] + woven),
        Clip(
            name: "bottom_first.mp4", weaving: "interleave_bottom",
            options: ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "6", "-x264-params", "bff=1"] + woven),
        Clip(
            name: "top_first_422.ts", weaving: "interleave_top", format: "yuv422p",
            options: ["-c:v", "mpeg2video", "-q:v", "2", "-top", "1", "-pix_fmt", "yuv422p"] + woven),
    ]

    @Test(arguments: clips)
    func flaggedFramesBecomeProgressive(clip: Clip) throws {
        let folder = try TemporaryFolder()
        let frames = try FilteredFrames(try clip.make(in: folder))
        #expect(frames.raw.count == 25 && frames.raw.allSatisfy(\.isInterlaced))
        #expect(frames.filtered.allSatisfy { !$0.isInterlaced })
        #expect(frames.filtered.map(\.pts) == frames.raw.map(\.pts))
        #expect(frames.filtered.map(\.duration) == frames.raw.map(\.duration))
        #expect(frames.filtered.map(\.codedSize) == frames.raw.map(\.codedSize))
        #expect(frames.filtered.map(\.pixelFormatName) == frames.raw.map(\.pixelFormatName))
        for (raw, filtered) in zip(try frames.rawPictures, try frames.pictures) {
            #expect(filtered.combing < raw.combing / 5, "\(raw.combing) \(filtered.combing)")
        }
    }

    /// What stays is the field shown first, the rest is close to what was there at that time: in colours, too.
    @Test(arguments: clips)
    func theFirstFieldsPictureComesBack(clip: Clip) throws {
        let folder = try TemporaryFolder()
        let source = folder.path("source.mkv")
        try FFmpegProgram.make(source, "\(Clip.pictures),format=\(clip.format)", ["-c:v", "ffv1"])
        let truth = try FilteredFrames(source).pictures
        let frames = try FilteredFrames(try clip.make(in: folder))
        for (index, (raw, filtered)) in zip(try frames.rawPictures, try frames.pictures).enumerated() {
            let (before, after) = (
                raw.squaredError(from: truth[2 * index]), filtered.squaredError(from: truth[2 * index])
            )
            #expect(after < before / 2, "frame \(index): \(before) \(after)")
        }
    }

    @Test(arguments: clips, [1, 7, 1000])
    func batchesDoNotMatter(clip: Clip, maximumFrames: Int) throws {
        let folder = try TemporaryFolder()
        let path = try clip.make(in: folder)
        let batched = try KeyframeIndex.build(path: path).batches(maximumFrames: maximumFrames).flatMap {
            try FilteredFrames(path, range: $0).entries
        }
        #expect(firstDifference(batched, try FilteredFrames(path).entries) == nil)
    }

    @Test(arguments: clips)
    func offLeavesFramesAlone(clip: Clip) throws {
        let folder = try TemporaryFolder()
        let path = try clip.make(in: folder)
        let frames = try FilteredFrames(path, .off)
        #expect(frames.isUntouched)
        #expect(firstDifference(frames.entries, try sequentialFrames(path)) == nil)
    }

    @Test func onTakesFramesWithoutFlagToo() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("unflagged.mkv")
        try FFmpegProgram.make(
            path, "\(Clip.pictures),format=yuv420p,tinterlace=interleave_top,setfield=prog", ["-c:v", "ffv1"])
        #expect(try FilteredFrames(path).isUntouched)
        let frames = try FilteredFrames(path, .on)
        #expect(frames.raw.allSatisfy { !$0.isInterlaced } && frames.filtered.count == 25)
        for (raw, filtered) in zip(try frames.rawPictures, try frames.pictures) {
            #expect(filtered.combing < raw.combing / 5)
        }
    }

    @Test(arguments: [(12, 40), (40, 12), (17, 19), (16, 16)])
    func smallAndOddPictures(width: Int, height: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("small.mkv")
        try FFmpegProgram.make(
            path, "testsrc=size=\(width)x\(height):rate=10:duration=1,format=yuv420p", ["-c:v", "ffv1"])
        let frames = try FilteredFrames(path, .on)
        #expect(frames.filtered.count == 10 && frames.isUntouched == (min(width, height) < 16))
        #expect(frames.filtered.allSatisfy { $0.codedSize == ImageSize(width: width, height: height) })
    }

    @Test(arguments: ["closed.mp4", "b_frames.avi", "odd.mkv", "pictures.avi", "palette.gif"])
    func ordinaryClipsAreNotTouched(name: String) throws {
        let clip = try #require(SyntheticClip.all.first { $0.name == name })
        let folder = try TemporaryFolder()
        let frames = try FilteredFrames(try clip.make(in: folder))
        #expect(!frames.filtered.isEmpty && frames.isUntouched)
        #expect(frames.info == frames.info.filtered)
    }

    /// Real clips: of the first frames, those that ffprobe calls interlaced are filtered, and no others.
    @Test(arguments: [
        "fate_interlaced_crop.mp4", "fate_scte20_interlaced.ts", "fate_Sony-00001_422intra.mxf", "fate_roundup1414.mpg",
        "torchcodec_h264_10bits.mp4", "torchcodec_h265_video.mp4", "intel_car-detection.mp4",
    ])
    func realClips(name: String) throws {
        guard let path = MediaMaterial.video(name) else { return }
        let reader = try VideoReader(path: path)
        let filter = FrameFilter(reader.info)
        let isInterlaced = ["interlaced", "Sony"].contains { name.contains($0) }
        for _ in 0..<3 {
            let frame = try #require(try reader.nextFrame())
            #expect(frame.isInterlaced == isInterlaced)
            #expect((try filter.apply(to: frame) !== frame) == isInterlaced)
        }
    }
}
