import CFFmpeg

/// A video file open for reading, and what was known of its video at first.
///
/// Containers without a header tell more about their streams as they are read. Wherever reading has been meanwhile, decoders start from what
/// was known when the file was opened, as they do that read it once from its start.
final class OpenVideo {
    let demuxer: Demuxer
    let stream: VideoStream
    let info: VideoInfo
    let parameters: CodecParameters

    init(path: String) throws(FFmpegError) {
        demuxer = try Demuxer(path: path)
        stream = try VideoStream(in: demuxer)
        info = VideoInfo(stream, in: demuxer)
        parameters = CodecParameters(of: stream.pointer)
        demuxer.select([stream.index])
    }

    /// A decoder at the start of its life.
    func decoder() throws(FFmpegError) -> Decoder {
        try Decoder(
            parameters.pointer, timeBase: stream.pointer.pointee.time_base, path: demuxer.path,
            jpeg: stream.isJPEGFile ? JPEGDecoder() : nil)
    }
}
