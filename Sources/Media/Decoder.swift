import CFFmpeg

/// A decoder of one stream. Owns an `AVCodecContext`.
final class Decoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    private let path: String
    /// Asked before FFmpeg; nil where the stream is none of JPEG files.
    private let jpeg: JPEGDecoder?
    /// What `jpeg` made of the packet that went in last, until it is fetched.
    private var picture: AVFrameBox?
    private var complaints: [String] = []
    private let history = BufferHistory()

    /// What became of asking for a frame.
    enum Receiving {
        case frame(AVFrameBox)
        case needsPacket, ended
        case failed(Int32)
    }

    /// A decoder of a stream with `parameters`, whose times are in ticks of `timeBase`.
    init(
        _ parameters: UnsafeMutablePointer<AVCodecParameters>, timeBase: AVRational, path: String,
        jpeg: JPEGDecoder? = nil
    ) throws(FFmpegError) {
        self.path = path
        self.jpeg = jpeg
        guard let codec = avcodec_find_decoder(parameters.pointee.codec_id), let context = avcodec_alloc_context3(codec)
        else {
            throw FFmpegError(
                code: wh_averror_decoder_not_found(), operation: "find a decoder", subject: path,
                reason: "has video in a codec that cannot be decoded (\(parameters.pointee.codec_id.name))")
        }
        self.context = context
        FFmpegLog.watch(context)
        var status = avcodec_parameters_to_context(context, parameters)
        context.pointee.pkt_timebase = timeBase
        context.pointee.max_pixels = MediaLimits.pixels
        // Frame threads change what comes out of a damaged stream from run to run.
        context.pointee.thread_count = 1
        history.use(in: context)
        if status >= 0 { status = avcodec_open2(context, codec, nil) }
        guard status >= 0 else {
            let reason = FFmpegLog.take(context).last.map { " (\($0))" } ?? ""
            throw FFmpegError(
                code: status, operation: "open the decoder", subject: path,
                reason: "cannot be decoded: \(FFmpegError.text(of: status))\(reason)")
        }
    }

    deinit {
        FFmpegLog.unwatch(context)
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Hands in a packet, or the end of the stream as nil, once the frames of the packet before are fetched; FFmpeg's status.
    func send(_ packet: Packet?) -> Int32 {
        guard let packet, let jpeg else { return avcodec_send_packet(context, packet?.pointer) }
        switch jpeg.decode(packet) {
        case .picture(let frame, let complaint):
            picture = frame
            complaints += complaint.map { [$0] } ?? []
            return 0
        case .unsupported: return avcodec_send_packet(context, packet.pointer)
        case .failed(let reason):
            complaints.append(reason)
            return wh_averror_invalid_data()
        }
    }

    /// Whether pictures that no others depend on are passed over, as far as the codec tells them.
    var skipsUnreferenced: Bool {
        get { context.pointee.skip_frame == AVDISCARD_NONREF }
        set { context.pointee.skip_frame = newValue ? AVDISCARD_NONREF : AVDISCARD_DEFAULT }
    }

    /// Tells an H.264 decoder how many frames to hold back, where the stream does not say and it would find out too late.
    func raiseReorderDepth(to depth: Int) {
        context.pointee.has_b_frames = max(context.pointee.has_b_frames, Int32(clamping: depth))
    }

    func receive() -> Receiving {
        if let picture {
            self.picture = nil
            return .frame(picture)
        }
        let frame = AVFrameBox()
        let status = avcodec_receive_frame(context, frame.pointer)
        switch status {
        case wh_averror_eagain(): return .needsPacket
        case wh_averror_eof(): return .ended
        default: return status >= 0 ? .frame(frame) : .failed(status)
        }
    }

    /// What the decoder complained of since the last call.
    func takeMessages() -> [String] {
        defer { complaints = [] }
        return complaints + FFmpegLog.take(context)
    }
}
