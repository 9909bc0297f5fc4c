import CFFmpeg
import Glibc

/// A media file being written under a temporary name beside its own. Owns an `AVFormatContext`.
final class Muxer {
    let path: String
    let context: UnsafeMutablePointer<AVFormatContext>
    private let temporaryPath: String
    private var isFinished = false
    private var options: [String: String]

    /// Starts `path + ".partial"`. `format` and `options` are FFmpeg's name of a muxer and what it takes.
    init(path: String, format: String = "mp4", options: [String: String]) throws(FFmpegError) {
        _ = FFmpegLog.isInstalled
        self.path = path
        self.options = options
        temporaryPath = path + ".partial"
        var context: UnsafeMutablePointer<AVFormatContext>?
        let allocated = avformat_alloc_output_context2(&context, nil, format, "file:" + temporaryPath)
        guard allocated >= 0, let context else {
            throw FFmpegError(code: allocated, operation: "write a file of format \(format)", subject: path)
        }
        self.context = context
        FFmpegLog.watch(context)
        // FLAC in MP4 has a specification, and browsers play it; this FFmpeg still calls it experimental.
        context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
        // A file of its own: a process of an earlier run may still have the old one open.
        unlink(temporaryPath)
        let opened = avio_open(&context.pointee.pb, "file:" + temporaryPath, AVIO_FLAG_WRITE)
        guard opened >= 0 else { throw FFmpegError(code: opened, operation: "create the file", subject: path) }
    }

    deinit {
        FFmpegLog.unwatch(context)
        avio_closep(&context.pointee.pb)
        avformat_free_context(context)
        if !isFinished { unlink(temporaryPath) }
    }

    /// Adds a track.
    func addStream(
        _ parameters: CodecParameters, timeBase: AVRational
    ) throws(FFmpegError) -> UnsafeMutablePointer<AVStream> {
        guard let stream = avformat_new_stream(context, nil) else {
            throw failure(wh_averror_no_memory(), "add a track")
        }
        let status = avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer)
        guard status >= 0 else { throw failure(status, "add a track") }
        // The source's tag belongs to the source's container.
        stream.pointee.codecpar.pointee.codec_tag = 0
        stream.pointee.time_base = timeBase
        return stream
    }

    /// Leaves the random numbers out by which Matroska names a file, so that it is the same every time.
    func beReproducible() { context.pointee.flags |= AVFMT_FLAG_BITEXACT }

    /// Writes the header, after which the muxer may have changed the time bases of its streams.
    func start() throws(FFmpegError) {
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        defer { av_dict_free(&dictionary) }
        let status = avformat_write_header(context, &dictionary)
        guard status >= 0 else { throw failure(status, "write the header") }
    }

    /// Writes a packet, whose times are in the time base of its stream.
    /// - Parameter mayBeIndexed: whether players may want to find it when they seek. Matroska's index is kept in memory up to the end.
    func write(_ packet: Packet, mayBeIndexed: Bool = true) throws(FFmpegError) {
        packet.pointer.pointee.pos = -1
        let seekable = context.pointee.pb.pointee.seekable
        // There is no option for it; a file in which nobody could go back needs no index.
        if !mayBeIndexed { context.pointee.pb.pointee.seekable = 0 }
        defer { context.pointee.pb.pointee.seekable = seekable }
        let status = av_write_frame(context, packet.pointer)
        guard status >= 0 else { throw failure(status, "write a packet") }
    }

    /// Completes the file and gives it its name.
    func finish() throws(FFmpegError) {
        let written = av_write_trailer(context)
        guard written >= 0 else { throw failure(written, "complete the file") }
        let closed = avio_closep(&context.pointee.pb)
        guard closed >= 0 else { throw failure(closed, "close the file") }
        try FilePublication.publish(temporaryPath, as: path)
        isFinished = true
    }

    private func failure(_ code: Int32, _ operation: String) -> FFmpegError {
        let words = FFmpegLog.take(context).first.map { " (\($0))" } ?? ""
        return FFmpegError(
            code: code, operation: operation, subject: path,
            reason: "cannot \(operation): \(FFmpegError.text(of: code))\(words)")
    }
}
