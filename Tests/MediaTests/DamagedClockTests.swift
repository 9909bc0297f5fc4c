import CFFmpeg
import Foundation
import Imaging
import Testing

@testable import Media

/// Times that no clock shows: damage turns any number into one.
@Suite struct DamagedClockTests {
    @Test func timesFarBeyondAClockAreNone() {
        for field in Self.strangeTimes where field.magnitude > StreamClock.latest.magnitude {
            #expect(StreamClock.time(field) == nil && StreamClock.duration(field) == 0)
        }
        #expect(StreamClock.time(-5) == -5 && StreamClock.duration(-5) == 0 && StreamClock.duration(7) == 7)
        #expect(StreamClock.end(of: 10, duration: 0) == 11)
        #expect(StreamClock.end(of: StreamClock.latest, duration: StreamClock.latest) == StreamClock.latest)
    }

    @Test func changesOfTimeBaseStayInside() {
        let (seconds, nanoseconds) = (AVRational(num: 1 << 30, den: 1), AVRational(num: 1, den: 1_000_000_000))
        #expect(StreamClock.rescaled(3, AVRational(num: 1, den: 1), nanoseconds) == 3_000_000_000)
        #expect(StreamClock.rescaled(StreamClock.latest, seconds, nanoseconds) == StreamClock.latest)
        #expect(StreamClock.rescaled(-StreamClock.latest, seconds, nanoseconds) == -StreamClock.latest)
        #expect(StreamClock.product(-3, 5) == -15)
        #expect(StreamClock.product(-3, .max) == -StreamClock.latest)
        #expect(StreamClock.product(3, .max) == StreamClock.latest)
    }

    private static let strangeTimes: [Int64] =
        [.max, .max - 1, .min, .min + 1]
        + [60, 61, 62].flatMap { (bits: Int64) in
            let time = Int64(1) << bits
            return [time, -time]
        }

    /// An IVF file's frame header holds the frame's time in eight bytes.
    @Test(arguments: strangeTimes)
    func aFileMayHaveAnyTimes(time: Int64) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("clip.ivf")
        try FFmpegProgram.make(path, "testsrc2=size=64x48:rate=10:duration=1", ["-c:v", "libvpx", "-g", "4"])
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var (frame, position) = (0, 32)
        while position + 12 <= bytes.count {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            if frame % 3 == 1 {
                for index in 0..<8 { bytes[position + 4 + index] = UInt8(truncatingIfNeeded: time >> (8 * index)) }
            }
            (frame, position) = (frame + 1, position + 12 + size)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try tryEverything(path, folder)
    }

    private func tryEverything(_ path: String, _ folder: TemporaryFolder) throws {
        let index = try KeyframeIndex.build(path: path)
        var segments: [String] = []
        for (number, range) in index.batches(maximumFrames: 3).enumerated() {
            let reader = try SelectedFrames(
                path: path, range: range, choosers: FrameChoosers(FrameSelection(interval: .frames(2))))
            let converter = YUVConverter(displayed: reader.info)
            let segment = folder.path("segment\(number)")
            let writer = try SegmentWriter(path: segment, info: reader.info, settings: EncoderSettings())
            while let step = try reader.next() {
                if case .frame(let frame) = step { try writer.write(converter.convert(frame)) }
            }
            // The file may not be able to say these times; it must say so.
            guard (try? writer.finish()) != nil, writer.frameCount > 0 else { continue }
            segments.append(segment)
        }
        _ = try? SegmentJoiner.join(segments: segments, source: path, output: folder.path("joined.mp4"))
        var times = try sequentialFrames(path).map(\.pts).sorted()[...]
        #expect(times.count == 10 && times.allSatisfy { StreamClock.time($0) != nil })
        _ = try? OverlayMuxer.write(source: path, output: folder.path("overlay.mkv"), header: "") {
            times.popFirst().map { OverlayEvent(start: $0, end: times.first ?? $0 + 1, lines: []) }
        }
    }
}
