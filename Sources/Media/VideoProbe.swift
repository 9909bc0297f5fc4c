import CFFmpeg
import Imaging

/// Looks at the header of a file.
package enum VideoProbe {
    /// What the file holds, without decoding more than FFmpeg needs to know the stream's parameters.
    ///
    /// A still picture (JPEG, PNG) is a video of one frame. Throws, with one clear line: missing, unreadable or empty file; no media file or
    /// damaged header; no video stream (a cover picture does not count) or nothing in it; encrypted; a codec without a decoder.
    package static func probe(path: String) throws(FFmpegError) -> VideoInfo {
        let video = try OpenVideo(path: path)
        let packet = Packet()
        guard (try? video.demuxer.read(into: packet)) == true else { throw VideoStream.emptiness(path) }
        if packet.isEncrypted { throw VideoStream.encryption(path) }
        return video.info
    }
}

extension VideoInfo {
    init(_ stream: VideoStream, in demuxer: Demuxer) {
        let pointer = stream.pointer.pointee
        let orientation = stream.orientation
        let hasAudio = (0..<demuxer.streamCount).contains {
            demuxer.stream($0).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
        }
        self.init(
            path: demuxer.path, formatName: demuxer.formatName, codecName: stream.parameters.codec_id.name,
            pixelFormatName: AVPixelFormat(rawValue: stream.parameters.format).name,
            timeBase: Rational(pointer.time_base),
            codedSize: stream.size, displaySize: orientation.displaySize(of: stream.size), orientation: orientation,
            sampleAspectRatio: aspectRatio(of: stream, in: demuxer, turned: orientation.quarterTurns % 2 == 1),
            averageFrameRate: pointer.avg_frame_rate.ifKnown ?? pointer.r_frame_rate.ifKnown,
            startPTS: StreamClock.time(pointer.start_time),
            fileStart: fileStartInSeconds(of: demuxer),
            duration: durationInSeconds(of: stream, in: demuxer), hasAudio: hasAudio,
            colour: ColourProperties(stream.parameters))
    }
}

private func fileStartInSeconds(of demuxer: Demuxer) -> Double {
    let start = demuxer.context.pointee.start_time
    return start == wh_nopts() ? 0 : Double(start) / Double(AV_TIME_BASE)
}

private func durationInSeconds(of stream: VideoStream, in demuxer: Demuxer) -> Double? {
    let (ticks, base) = (stream.pointer.pointee.duration, Rational(stream.pointer.pointee.time_base))
    if ticks != wh_nopts() && ticks > 0 { return Double(ticks) * base.doubleValue }
    let whole = demuxer.context.pointee.duration
    return whole != wh_nopts() && whole > 0 ? Double(whole) / Double(AV_TIME_BASE) : nil
}

/// The ratio for the displayed picture; nil where pixels are square.
private func aspectRatio(of stream: VideoStream, in demuxer: Demuxer, turned: Bool) -> Rational? {
    guard let ratio = av_guess_sample_aspect_ratio(demuxer.context, stream.pointer, nil).ifKnown,
        ratio.numerator != ratio.denominator
    else { return nil }
    return turned ? Rational(numerator: ratio.denominator, denominator: ratio.numerator) : ratio
}

extension ColourProperties {
    init(_ parameters: AVCodecParameters) {
        let pixelFormat = AVPixelFormat(rawValue: parameters.format).name
        self.init(
            primaries: Int(parameters.color_primaries.rawValue), transfer: Int(parameters.color_trc.rawValue),
            matrix: Int(parameters.color_space.rawValue),
            isFullRange: parameters.color_range == AVCOL_RANGE_JPEG || pixelFormat.hasPrefix("yuvj"),
            chromaLocation: Int(parameters.chroma_location.rawValue))
    }
}
