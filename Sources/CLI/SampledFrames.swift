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
    func stills() throws(FFmpegError) -> [Still] {
        let (info, frames, start) = try decoded()
        let converter = RGBConverter(displayed: info)
        return try frames.map { frame throws(FFmpegError) in
            let seconds = info.seconds(at: frame.pts) - info.seconds(at: start ?? frame.pts)
            return Still(image: try converter.convert(frame), seconds: seconds)
        }
    }

    /// Up to `count` frames as they come from the decoder, the video's properties and its first timestamp.
    func decoded() throws(FFmpegError) -> (info: VideoInfo, frames: [VideoFrame], start: Int64?) {
        let info = try VideoProbe.probe(path: path)
        let times = try KeyframeIndex.build(path: path).sortedPTS
        var frames: [VideoFrame] = []
        for range in Self.ranges(times, count: count) {
            let reader = try VideoReader(path: path, range: range)
            if let frame = try reader.nextFrame() { frames.append(frame) }
        }
        guard !frames.isEmpty else {
            throw FFmpegError(code: 0, operation: "decode", subject: path, reason: "no frame can be decoded")
        }
        return (info, frames, times.first)
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
