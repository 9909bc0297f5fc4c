import CFFmpeg

/// How FFmpeg writes a Matroska track whose decoders leave out the start (CodecDelay), by which players move all of its times back.
enum MatroskaDelay {
    /// Whether this FFmpeg writes the delay of every codec and moves the times itself. Older ones write that of Opus only, and leave the
    /// times to their callers. Told from a header that it writes.
    static let isForAllCodecs: Bool = {
        var context: UnsafeMutablePointer<AVFormatContext>?
        guard avformat_alloc_output_context2(&context, nil, "matroska", nil) >= 0, let context,
            avio_open_dyn_buf(&context.pointee.pb) >= 0
        else { return false }
        defer { avformat_free_context(context) }
        if let stream = avformat_new_stream(context, nil) { describe(stream.pointee.codecpar) }
        let status = avformat_write_header(context, nil)
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = avio_close_dyn_buf(context.pointee.pb, &bytes)
        defer { av_free(bytes) }
        let header = UnsafeBufferPointer(start: bytes, count: Int(max(0, count)))
        return status >= 0 && zip(header, header.dropFirst()).contains { $0 == 0x56 && $1 == 0xAA }
    }()

    /// A track of MP3, with so many samples to leave out that no other byte of the header looks like their element's name.
    private static func describe(_ parameters: UnsafeMutablePointer<AVCodecParameters>) {
        parameters.pointee.codec_type = AVMEDIA_TYPE_AUDIO
        parameters.pointee.codec_id = AV_CODEC_ID_MP3
        parameters.pointee.sample_rate = 48000
        av_channel_layout_default(&parameters.pointee.ch_layout, 2)
        parameters.pointee.initial_padding = 480
    }

    /// What has to be added to the times of a track, in its ticks, and the earliest that may come out of it.
    static func shift(of stream: UnsafeMutablePointer<AVStream>) -> (ticks: Int64, earliest: Int64) {
        let parameters = stream.pointee.codecpar.pointee
        let rate = AVRational(num: 1, den: max(1, parameters.sample_rate))
        let delay = av_rescale_q(Int64(parameters.initial_padding), rate, stream.pointee.time_base)
        return isForAllCodecs ? (0, -delay) : (delay, 0)
    }
}
