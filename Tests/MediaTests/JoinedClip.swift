import Foundation
import Imaging
import Media
import Testing

/// Decodes, encodes and joins a clip in segments; the notes of the join.
@discardableResult
func render(
    _ source: String, to output: String, maximumFrames: Int, folder: TemporaryFolder,
    settings: EncoderSettings = EncoderSettings(preset: "ultrafast", crf: 30), container: VideoContainer = .mp4,
    excerpt: FrameRange? = nil
) throws -> [String] {
    var segments: [String] = []
    let ranges = try KeyframeIndex.build(path: source).batches(maximumFrames: maximumFrames)
    for (number, range) in ranges.enumerated() {
        let reader = try VideoReader(path: source, range: range)
        let converter = YUVConverter(displayed: reader.info)
        let segment = folder.path("segment\(number)")
        let writer = try SegmentWriter(path: segment, info: reader.info, settings: settings)
        while let frame = try reader.nextFrame() {
            if excerpt?.contains(frame.pts) ?? true { try writer.write(converter.convert(frame)) }
        }
        let isEmpty = writer.frameCount == 0
        try writer.finish()
        if !isEmpty { segments.append(segment) }
    }
    return try SegmentJoiner.join(
        segments: segments, source: source, output: output, container: container, isExcerpt: excerpt != nil)
}

/// A clip with a tone from its second 1 on, in a container and audio codec of choice.
func clipWithTone(_ name: String, audio: [String], in folder: TemporaryFolder) throws -> String {
    let arguments = [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=2", "-f", "lavfi", "-i",
        "aevalsrc=if(gte(t\\,1)\\,sin(2764*t)\\,0):duration=2:sample_rate=44100", "-c:v", "libx264", "-pix_fmt",
        "yuv420p", "-g", "10",
    ]
    _ = try FFmpegProgram.run("ffmpeg", arguments + audio + [folder.path(name)])
    return folder.path(name)
}

/// When sound and picture start, in seconds, as decoded samples: encoder delay left out.
func soundStart(_ path: String) throws -> (audio: Double, video: Double) {
    let frames = try FFmpegProgram.run(
        "ffprobe",
        [
            "-v", "error", "-select_streams", "a:0", "-show_entries", "frame=pts_time", "-of",
            "default=noprint_wrappers=1:nokey=1", path,
        ])
    let first = String(decoding: frames, as: UTF8.self).split(whereSeparator: \.isNewline).first.flatMap {
        Double($0)
    }
    let info = try VideoProbe.probe(path: path)
    return (try #require(first), info.seconds(at: try #require(try sequentialFrames(path).first).pts))
}

/// When the tone sets in, in seconds of the file's clock, to within what a codec smears.
func toneStart(_ path: String) throws -> Double {
    let arguments = [
        "-v", "error", "-copyts", "-i", path, "-map", "0:a:0", "-ac", "1", "-af",
        "aresample=48000:async=1:first_pts=0", "-f", "s16le", "-",
    ]
    let samples = try FFmpegProgram.run("ffmpeg", arguments).withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
    return Double(try #require(samples.firstIndex { abs(Int($0)) > 3000 })) / 48000
}
