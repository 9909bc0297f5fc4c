import CFFmpeg

/// An open media file. Owns an `AVFormatContext`.
final class Demuxer {
    let path: String
    let context: UnsafeMutablePointer<AVFormatContext>
    private let deadline: ReadDeadline
    /// Numbers of the streams to read; nil: all.
    private var selection: Set<Int>?

    /// Opens the file and reads what FFmpeg needs to know its streams.
    init(path: String, options: [String: String] = [:]) throws(FFmpegError) {
        _ = FFmpegLog.isInstalled
        self.path = path
        try FileCheck.checkReadable(path)
        let deadline = ReadDeadline()
        self.deadline = deadline
        context = try Self.open(path, options, deadline)
        let status = avformat_find_stream_info(context, nil)
        guard status >= 0 else {
            throw FFmpegError(
                code: status, operation: "read the header", subject: path,
                reason: ReadDeadline.reason(status)
                    ?? "is not a video or has a damaged header (\(FFmpegError.text(of: status)))")
        }
        FFmpegLog.watch(context)
    }

    deinit {
        FFmpegLog.unwatch(context)
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    private static func open(
        _ path: String, _ settings: [String: String], _ deadline: ReadDeadline
    ) throws(FFmpegError) -> UnsafeMutablePointer<AVFormatContext> {
        // Nothing but this file: a playlist must not make us read others or reach the network. And a "%d" in the name of a picture
        // is not a pattern.
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        for (key, value) in ["protocol_whitelist": "file", "pattern_type": "none"].merging(
            settings, uniquingKeysWith: { $1 })
        {
            av_dict_set(&options, key, value, 0)
        }
        var context = avformat_alloc_context()
        context?.pointee.interrupt_callback = deadline.callback
        // The prefix keeps a colon in the path from being taken for a protocol.
        let status = avformat_open_input(&context, "file:" + path, nil, &options)
        guard status >= 0, let opened = context else { throw openError(status, path) }
        let format = String(cString: opened.pointee.iformat.pointee.name)
        guard !playlistFormats.contains(format) else {
            avformat_close_input(&context)
            throw FFmpegError(
                code: wh_averror_invalid_data(), operation: "open", subject: path,
                reason: "is a playlist (\(format)), not a video; give the videos it names")
        }
        return opened
    }

    /// Formats that only point at other files.
    private static let playlistFormats: Set<String> = ["hls", "concat", "dash", "sdp", "imf", "tty"]

    private static func openError(_ code: Int32, _ path: String) -> FFmpegError {
        let isUnknown = code == wh_averror_invalid_data() || code == wh_averror_eof()
        return FFmpegError(
            code: code, operation: "open", subject: path,
            reason: ReadDeadline.reason(code) ?? (isUnknown ? "is not a video or has a damaged header" : nil))
    }

    var streamCount: Int { Int(context.pointee.nb_streams) }
    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { wh_stream(context, Int32(index)) }
    var formatName: String { String(cString: context.pointee.iformat.pointee.name) }

    /// Leaves packets of all other streams out, also of those that only turn up later.
    func select(_ streams: Set<Int>) {
        selection = streams
        for index in 0..<streamCount {
            stream(index).pointee.discard = streams.contains(index) ? AVDISCARD_DEFAULT : AVDISCARD_ALL
        }
    }

    /// Reads the next packet of a selected stream; false at the end of the file.
    func read(into packet: Packet) throws(FFmpegError) -> Bool {
        packet.clear()
        deadline.restart()
        while true {
            let status = av_read_frame(context, packet.pointer)
            if status == wh_averror_eagain() { continue }
            if status == wh_averror_eof() { return false }
            guard status >= 0 else {
                throw FFmpegError(
                    code: status, operation: "read a packet", subject: path, reason: ReadDeadline.reason(status))
            }
            if let selection, !selection.contains(Int(packet.streamIndex)) {
                packet.clear()
                continue
            }
            return true
        }
    }

    /// What the demuxer complained of since the last call.
    func takeMessages() -> [String] { FFmpegLog.take(context) }

    /// Moves to the last keyframe at or before `timestamp`, as far as the container can tell; false where it cannot.
    func seek(stream: Int, to timestamp: Int64) -> Bool {
        deadline.restart()
        return av_seek_frame(context, Int32(stream), timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    }
}
