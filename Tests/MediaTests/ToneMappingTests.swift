import Foundation
import Imaging
import Media
import Testing

/// PQ and HLG become standard dynamic range.
@Suite struct ToneMappingTests {
    private static let bt2020 = "color_primaries=bt2020:colorspace=bt2020nc:range=tv"

    /// A lossless clip of `source`, whose pictures are described by `parameters`.
    private func clip(_ source: String, parameters: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.path("clip.mkv")
        try FFmpegProgram.make(path, source, ["-vf", "setparams=\(parameters)", "-c:v", "ffv1", "-frames:v", "3"])
        return path
    }

    /// Grey bars, 32 pixels wide, of these levels of luma in 10 bits.
    private func bars(_ levels: [Int], size: String? = nil) -> String {
        let luma = levels.enumerated().dropLast().reversed().reduce("\(levels.last ?? 0)") {
            "if(lt(X,\(32 * ($1.offset + 1))),\($1.element),\($0))"
        }
        return
            "color=black:size=\(size ?? "\(32 * levels.count)x32"):rate=10,format=gbrp,format=yuv420p10le,geq=lum='\(luma)':cb=512:cr=512"
    }

    /// 10-bit luma of a grey of so many cd/m²: the inverse EOTF of SMPTE ST 2084.
    private func pq(_ light: Double) -> Int {
        let power = pow(light / 10000, 2610 / 16384.0)
        let signal = pow(
            (3424 / 4096.0 + 2413 / 128.0 * power) / (1 + 2392 / 128.0 * power), 2523 / 32.0)
        return 64 + Int((876 * signal).rounded())
    }

    /// The signal, 0...1, of standard video for a grey of so many cd/m²: below 61 the light over that of BT.2408's white, 203; above, a
    /// Möbius curve that goes on with the same slope and reaches 1 at 1000. BT.1886 makes the signal.
    private func standard(_ light: Double) -> Double {
        let (x, join, peak) = (light / 203, 0.3, 1000 / 203.0)
        var mapped = x
        if x > join {
            let a = -join * join * (peak - 1) / (join * join - 2 * join + peak)
            let b = (join * join - 2 * join * peak + peak) / (peak - 1)
            mapped = (b * b + 2 * b * join + join * join) / (b - a) * (x + a) / (x + b)
        }
        return pow(min(mapped, 1), 1 / 2.4)
    }

    private func expect(_ frames: FilteredFrames, _ signals: [Double]) throws {
        #expect(frames.info.colour == .standardRange)
        #expect(frames.filtered.allSatisfy { $0.pixelFormatName == frames.info.pixelFormatName })
        #expect(frames.filtered.map(\.pts) == frames.raw.map(\.pts) && !frames.isUntouched)
        for picture in try frames.pictures {
            for (bar, signal) in signals.enumerated() {
                let levels = picture.levels(32 * bar + 16, 16)
                #expect(
                    levels.allSatisfy { abs(Double($0) - 255 * signal) < 2.5 }, "bar \(bar): \(levels), \(255 * signal)"
                )
            }
        }
    }

    @Test func greysOfPQ() throws {
        let folder = try TemporaryFolder()
        let lights = [0.0, 1, 10, 26, 60, 100, 203, 500, 1000, 4000]
        let path = try clip(bars(lights.map { pq($0) }), parameters: "color_trc=smpte2084:\(Self.bt2020)", in: folder)
        try expect(try FilteredFrames(path), lights.map(standard))
        // A grey card and paper are where BT.2408 and standard video have them.
        #expect(abs(standard(26) - 0.425) < 0.005 && abs(standard(203) - 0.85) < 0.01)
    }

    /// BT.2408: a grey card of 26 cd/m² is at 38 % of HLG, white paper of 203 at 75 %, the peak of 1000 at 100 %.
    @Test func greysOfHLG() throws {
        let folder = try TemporaryFolder()
        let levels = [64, 64 + 876 * 38 / 100, 64 + 876 * 3 / 4, 940]
        let path = try clip(bars(levels), parameters: "color_trc=arib-std-b67:\(Self.bt2020)", in: folder)
        try expect(try FilteredFrames(path), [0, 26, 203, 1000].map(standard))
    }

    /// Only the transfer function is told: the rest is BT.2100's. Sides may be odd.
    @Test func gapsInTheDescription() throws {
        let folder = try TemporaryFolder()
        let lights = [1.0, 26, 203]
        let path = try clip(
            bars(lights.map { pq($0) }, size: "97x33"), parameters: "color_trc=smpte2084", in: folder)
        let frames = try FilteredFrames(path)
        try expect(frames, lights.map(standard))
        #expect(frames.info.pixelFormatName == "yuv444p")
        #expect(frames.filtered.allSatisfy { $0.codedSize == ImageSize(width: 97, height: 33) })
    }

    /// Standard video, darkened, put into PQ or HLG with its white at 203 cd/m²: what the curve leaves alone comes back in all colours, up
    /// to half a percent of the white's light, which is what 10 bits lose.
    @Test(arguments: ["smpte2084", "arib-std-b67"])
    func coloursComeBack(transfer: String) throws {
        let folder = try TemporaryFolder()
        let standard = "smptehdbars=size=192x128:rate=10,format=gbrp,lutrgb=r=val*0.5:g=val*0.5:b=val*0.5"
        let intoPQ =
            "setparams=color_primaries=bt709:color_trc=bt709,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020,"
            + "zscale=t=\(transfer):m=bt2020nc:r=tv:npl=203,format=yuv444p10le"
        let path = try clip(
            "\(standard),\(intoPQ)", parameters: "color_trc=\(transfer):\(Self.bt2020)", in: folder)
        let source = folder.path("source.mkv")
        try FFmpegProgram.make(source, standard, ["-c:v", "ffv1", "-frames:v", "1"])
        let truth = try #require(try FilteredFrames(source).pictures.first)
        let frames = try FilteredFrames(path)
        let (after, before) = (try #require(try frames.pictures.first), try #require(try frames.rawPictures.first))
        // Away from the edges, across which chroma is shared.
        let places = (4..<188).filter { x in (x - 4...x + 4).allSatisfy { truth.levels($0, 40) == truth.levels(x, 40) }
        }
        #expect(Set(places.map { truth.levels($0, 40) }).count == 8)
        for x in places {
            let (found, wanted) = (after.levels(x, 40), truth.levels(x, 40))
            #expect(zip(found, wanted).allSatisfy { abs(light($0) - light($1)) < 0.005 }, "\(x): \(found) \(wanted)")
        }
        #expect(after.squaredError(from: truth) < before.squaredError(from: truth) / 4)
    }

    /// Of a level, by BT.1886; white's is 1.
    private func light(_ level: Int) -> Double { pow(Double(level) / 255, 2.4) }

    @Test(arguments: [1, 7, 1000])
    func batchesDoNotMatter(maximumFrames: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("clip.mp4")
        // The mastering display is told with the first frame only.
        let options =
            "log-level=0:keyint=6:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=4000,400:repeat-headers=0:"
            + "master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(40000000,50)"
        try FFmpegProgram.make(
            path, "testsrc2=size=96x64:rate=10:duration=2",
            ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", options])
        let whole = try FilteredFrames(path)
        #expect(whole.info.colour == .standardRange && whole.filtered.count == 20)
        let batched = try KeyframeIndex.build(path: path).batches(maximumFrames: maximumFrames).flatMap {
            try FilteredFrames(path, range: $0).entries
        }
        #expect(firstDifference(batched, whole.entries) == nil)
    }

    @Test func segmentsSayWhatTheyAre() throws {
        let folder = try TemporaryFolder()
        let path = try clip(bars([64, 509]), parameters: "color_trc=smpte2084:\(Self.bt2020)", in: folder)
        let frames = try FilteredFrames(path)
        let segment = folder.path("segment.mp4")
        let writer = try SegmentWriter(path: segment, info: frames.info, settings: EncoderSettings())
        let converter = YUVConverter(displayed: frames.info)
        for frame in frames.filtered { try writer.write(converter.convert(frame)) }
        try writer.finish()
        for (field, value) in [
            ("color_transfer", "bt709"), ("color_primaries", "bt709"), ("color_space", "bt709"), ("color_range", "tv"),
            ("pix_fmt", "yuv420p"),
        ] {
            #expect(try FFmpegProgram.stream(segment, stream: "v:0", field: field) == value)
        }
    }

    @Test func aRealClipOfHLG() throws {
        guard let path = MediaMaterial.video("fate_amve_10bit.mp4") else { return }
        let frames = try FilteredFrames(path)
        #expect(frames.info.colour == .standardRange && frames.filtered.count == 24 && !frames.isUntouched)
        let standard = try #require(MediaMaterial.video("torchcodec_h264_10bits.mp4"))
        #expect(try FilteredFrames(standard, range: FrameRange(startPTS: .min, endPTS: 1)).isUntouched)
    }
}
