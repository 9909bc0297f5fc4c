import Imaging
import Media

/// Frames spread evenly over a video.
struct SampledFrames {
    /// A frame as displayed.
    struct Still {
        let image: RGBImage
        /// Time from the start of the video.
        let seconds: Double
    }

    let path: String
    let count: Int

    /// Up to `count` frames; fewer where the video has fewer.
    func stills() throws -> [Still] {
        let (info, frames, start, _) = try decoded()
        let converter = RGBConverter(displayed: info)
        return try frames.map { frame throws(FFmpegError) in
            let seconds = info.seconds(at: frame.pts) - info.seconds(at: start ?? frame.pts)
            return Still(image: try converter.convert(frame), seconds: seconds)
        }
    }

    /// Up to `count` frames as a run looks at them, decoded and filtered, the video's properties, its first timestamp and damage met.
    func decoded() throws -> (info: VideoInfo, frames: [VideoFrame], start: Int64?, damage: [DecodeError]) {
        var frames: [VideoFrame] = []
        let (start, damage) = try forEachDecoded { frames.append($0) }
        return (try info(), frames, start, damage)
    }

    /// The properties of the frames that are handed over.
    func info() throws(FFmpegError) -> VideoInfo { try VideoProbe.probe(path: path).filtered }

    /// Hands over one frame after another as a run looks at it, decoded and filtered; returns the video's first timestamp and damage met.
    @discardableResult
    func forEachDecoded(
        _ body: (VideoFrame) throws -> Void
    ) throws -> (start: Int64?, damage: [DecodeError]) {
        let times = try KeyframeIndex.build(path: path).sortedPTS
        var isEmpty = true
        var damage: [DecodeError] = []
        for range in Self.ranges(times, count: count) {
            let reader = try VideoReader(path: path, range: range)
            defer { damage += reader.decodeErrors }
            guard let frame = try reader.nextFrame() else { continue }
            isEmpty = false
            try body(try FrameFilter(reader.info).apply(to: frame))
        }
        guard !isEmpty else {
            let words = damage.first.map { " (\($0.reason))" } ?? ""
            throw FFmpegError(code: 0, operation: "decode", subject: path, reason: "no frame can be decoded\(words)")
        }
        return (times.first, damage)
    }

    /// The middle frame of each of `count` equal parts; everything where there are no times to choose from.
    static func ranges(_ times: [Int64], count: Int) -> [FrameRange] {
        guard !times.isEmpty else { return [.everything] }
        let parts = min(count, times.count)
        return (0..<parts).map { part in
            let index = times.count * (2 * part + 1) / (2 * parts)
            return FrameRange(startPTS: times[index], endPTS: .max)
        }
    }
}
