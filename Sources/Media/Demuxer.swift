import CFFmpeg
import Glibc

/// An open input. Owns an `AVFormatContext`.
final class Demuxer {
    /// The input's name.
    let path: String
    let context: UnsafeMutablePointer<AVFormatContext>
    let access: InputAccess
    /// Whether pictures were met that are larger than any that is decoded.
    let hasHugePictures: Bool
    private let deadline: ReadDeadline
    /// Streams whose packets are wanted; nil: all. Some formats find more streams as they are read.
    private var selection: Set<Int>?

    /// Opens the input and reads what FFmpeg needs to know its streams.
    init(
        path: String, options: [String: String] = [:], rules: InputRules = .current
    ) throws(FFmpegError) {
        _ = (FFmpegLog.isInstalled, MediaLimits.areSet)
        self.path = path
        let deadline = ReadDeadline()
        self.deadline = deadline
        access = InputAccess(path, rules: rules, deadline: deadline)
        if access.address == nil { try FileCheck.checkReadable(path) }
        context = try Self.open(access, options)
        var status: Int32 = 0
        let messages = FFmpegLog.collect { [context] in status = Self.findStreams(context) }
        hasHugePictures = messages.contains { $0.contains("max pixel count") }
        guard status >= 0 else {
            throw FFmpegError(
                code: status, operation: "read the header", subject: path,
                reason: ReadDeadline.reason(status)
                    ?? "is not a video or has a damaged header (\(FFmpegError.text(of: status)))")
        }
        try check()
        FFmpegLog.watch(context)
    }

    deinit {
        FFmpegLog.unwatch(context)
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    private static func open(
        _ access: InputAccess, _ settings: [String: String]
    ) throws(FFmpegError) -> UnsafeMutablePointer<AVFormatContext> {
        guard let context = avformat_alloc_context() else { fatalError("out of memory") }
        access.attach(to: context)
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        for (key, value) in standardOptions(access.rules).merging(settings, uniquingKeysWith: { $1 }) {
            av_dict_set(&options, key, value, 0)
        }
        var opened: UnsafeMutablePointer<AVFormatContext>? = context
        var status: Int32 = 0
        let messages = FFmpegLog.collect {
            status = avformat_open_input(&opened, PathText.cString(access.url), nil, &options)
        }
        guard status >= 0, let opened else {
            throw FFmpegError(opening: access, status, messages: messages)
        }
        return opened
    }

    /// Nothing but the input itself, unless the rules say otherwise: a playlist, or a movie with its pictures elsewhere, must not make us read
    /// other files or reach the network. And a "%d" in the name of a picture is not a pattern.
    private static func standardOptions(_ rules: InputRules) -> [String: String] {
        [
            "protocol_whitelist": rules.listForOthers, "format_whitelist": DemuxerChoice.list(rules),
            "pattern_type": "none", "enable_drefs": "0", "use_absolute_path": "0",
            // Whoever allows files allows all of them.
            "safe": rules.allowedProtocols.contains("file") ? "0" : "1",
        ].merging(MediaLimits.options, uniquingKeysWith: { $1 })
    }

    /// FFmpeg decodes a little of streams whose headers do not say enough.
    private static func findStreams(_ context: UnsafeMutablePointer<AVFormatContext>) -> Int32 {
        var limits = (0..<context.pointee.nb_streams).map { _ -> OpaquePointer? in
            var options: OpaquePointer?
            av_dict_set(&options, "max_pixels", "\(MediaLimits.pixels)", 0)
            return options
        }
        defer { for index in limits.indices { av_dict_free(&limits[index]) } }
        return avformat_find_stream_info(context, &limits)
    }

    /// Inputs that can be opened and yet not be read a second time, in parts.
    private func check() throws(FFmpegError) {
        let isLive = context.pointee.ctx_flags & AVFMTCTX_UNSEEKABLE != 0
        guard isLive || !(access.isSeekable || isPlaylist) else { return }
        throw FFmpegError(
            code: wh_averror(ESPIPE), operation: "open", subject: path,
            reason: isLive ? "is a live stream; record it first" : FFmpegError.noRanges)
    }

    /// Whether the pictures are in what the input names.
    var isPlaylist: Bool { DemuxerChoice.playlists.contains(formatName) }

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
            if let broken = interruption(status) { throw broken }
            if status == wh_averror_eof() { return false }
            guard status >= 0 else {
                throw FFmpegError(
                    code: status, operation: "read a packet", subject: path, reason: ReadDeadline.reason(status))
            }
            guard packet.size <= MediaLimits.packetBytes else {
                throw FFmpegError(
                    code: wh_averror_invalid_data(), operation: "read a packet", subject: path,
                    reason: "holds a packet of \(packet.size) bytes, more than \(MediaLimits.packetBytes)")
            }
            ReadingProgress.advance()
            if let selection, !selection.contains(Int(packet.streamIndex)) {
                packet.clear()
                continue
            }
            packet.removeAbsurdTimes()
            return true
        }
    }

    /// The break of a connection, or a disk's, that may look like the end of the file; nil where there is none.
    private func interruption(_ status: Int32) -> FFmpegError? {
        guard status < 0, ReadDeadline.reason(status) == nil else { return nil }
        let failure = context.pointee.pb?.pointee.error ?? 0
        let cause = failure < 0 && failure != wh_averror_eof() ? failure : status
        return FFmpegError.isTransport(cause, access) ? FFmpegError(interrupted: access, cause) : nil
    }

    /// What the demuxer complained of since the last call.
    func takeMessages() -> [String] { FFmpegLog.take(context) }

    /// Moves to the last keyframe at or before `timestamp`, as far as the container can tell; false where it cannot.
    func seek(stream: Int, to timestamp: Int64) -> Bool {
        deadline.restart()
        return av_seek_frame(context, Int32(stream), timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    }
}
