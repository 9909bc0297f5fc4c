import Imaging
import Media

/// A clip's frames as the decoder gives them, and behind the filter.
struct FilteredFrames {
    let raw: [VideoFrame]
    let filtered: [VideoFrame]
    /// Of the filtered frames.
    let info: VideoInfo
    private let rawInfo: VideoInfo

    init(_ path: String, _ deinterlacing: Deinterlacing = .automatic, range: FrameRange = .everything) throws {
        let reader = try VideoReader(path: path, range: range)
        let filter = FrameFilter(reader.info, deinterlacing: deinterlacing)
        var frames: [(VideoFrame, VideoFrame)] = []
        while let frame = try reader.nextFrame() { frames.append((frame, try filter.apply(to: frame))) }
        raw = frames.map(\.0)
        filtered = frames.map(\.1)
        (info, rawInfo) = (filter.info, reader.info)
    }

    /// Whether every frame is the very one that the decoder gave.
    var isUntouched: Bool { zip(raw, filtered).allSatisfy { $0 === $1 } }
    var entries: [FrameEntry] { filtered.map { FrameEntry(pts: $0.pts, hash: $0.md5()) } }
    var pictures: [RGBImage] {
        get throws {
            try filtered.map { frame throws(FFmpegError) in try RGBConverter(displayed: info).convert(frame) }
        }
    }
    var rawPictures: [RGBImage] {
        get throws { try raw.map { frame throws(FFmpegError) in try RGBConverter(displayed: rawInfo).convert(frame) } }
    }
}

extension RGBImage {
    /// How far rows stand out from both of their neighbours on the same side: the mean product of both steps.
    var combing: Double {
        let stride = size.width * 3
        var sum = 0
        for row in 1..<size.height - 1 {
            for index in row * stride..<(row + 1) * stride {
                let (above, here, below) = (
                    Int(pixels[index - stride]), Int(pixels[index]), Int(pixels[index + stride])
                )
                sum += max(0, (here - above) * (here - below))
            }
        }
        return Double(sum) / Double((size.height - 2) * stride)
    }

    /// Mean of the squared differences of all levels.
    func squaredError(from other: RGBImage) -> Double {
        let sum = zip(pixels, other.pixels).reduce(0) { $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(pixels.count)
    }

    /// Red, green and blue at a place.
    func levels(_ x: Int, _ y: Int) -> [Int] { (0..<3).map { Int(pixels[(y * size.width + x) * 3 + $0]) } }
}
