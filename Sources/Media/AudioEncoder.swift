import CFFmpeg

/// One of the sound encoders behind FFmpeg with what it needs before it: conversion of sample format and rate, and cutting into frames. Owns an
/// `AVCodecContext`, a resampler and a sample queue.
final class AudioEncoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    private let codec: AudioCodec
    private let subject: String
    private var resampler: OpaquePointer?
    private var queue: OpaquePointer?
    /// Layout of the samples that the resampler was made for.
    private var inputFormat: (format: Int32, rate: Int32, channels: Int32)?
    /// Time of the sample that the encoder takes next, in samples.
    private var nextTime: Int64?
    /// Time of the first sample that came in; nil before.
    private(set) var firstTime: Int64?

    /// An encoder of `codec` with the rate and channels of the stream `source`, as far as the codec has them.
    init(_ codec: AudioCodec, like source: AVCodecParameters, subject: String) throws(FFmpegError) {
        (self.codec, self.subject) = (codec, subject)
        guard let encoder = avcodec_find_encoder_by_name(codec.encoderName),
            let context = avcodec_alloc_context3(encoder)
        else {
            throw FFmpegError(
                code: wh_averror_encoder_not_found(), operation: "find the \(codec.name) encoder", subject: subject)
        }
        self.context = context
        codec.setLayout(&context.pointee.ch_layout, channels: source.ch_layout.nb_channels)
        context.pointee.sample_fmt = codec.sampleFormat
        context.pointee.sample_rate = codec.sampleRate(for: source.sample_rate)
        context.pointee.time_base = AVRational(num: 1, den: context.pointee.sample_rate)
        context.pointee.bit_rate = Int64(context.pointee.ch_layout.nb_channels) * codec.bitRate
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        context.pointee.thread_count = 1
        let status = avcodec_open2(context, encoder, nil)
        queue = av_audio_fifo_alloc(codec.sampleFormat, context.pointee.ch_layout.nb_channels, 4096)
        guard status >= 0, queue != nil else {
            throw FFmpegError(code: status, operation: "open the \(codec.name) encoder", subject: subject)
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        swr_free(&resampler)
        if let queue { av_audio_fifo_free(queue) }
    }

    var timeBase: AVRational { context.pointee.time_base }

    func parameters() throws(FFmpegError) -> CodecParameters {
        let parameters = CodecParameters()
        let status = avcodec_parameters_from_context(parameters.pointer, context)
        guard status >= 0 else { throw failure(status) }
        return parameters
    }

    /// Takes decoded samples; the packets that are ready.
    func encode(_ frame: AVFrameBox, timeBase: AVRational) throws(FFmpegError) -> [Packet] {
        let time = StreamClock.time(frame.pointer.pointee.pts).map {
            StreamClock.rescaled($0, timeBase, self.timeBase)
        }
        if nextTime == nil { nextTime = time ?? 0 }
        firstTime = firstTime ?? nextTime
        let silence = if let time { try fillGap(until: time) } else { [Packet]() }
        try prepareResampler(for: frame)
        try convert(frame)
        return try silence + encodeQueue(whole: false)
    }

    /// The packets that are left.
    func finish() throws(FFmpegError) -> [Packet] {
        if resampler != nil { try convert(nil) }
        return try encodeQueue(whole: true) + drain()
    }

    private var queued: Int32 { queue.map { av_audio_fifo_size($0) } ?? 0 }

    /// Silence for samples that never came, so that what follows keeps its time.
    private func fillGap(until time: Int64) throws(FFmpegError) -> [Packet] {
        let rate = Int64(context.pointee.sample_rate)
        var missing = time - (nextTime ?? time) - Int64(queued)
        // Less than a tenth of a second is rounding; more than ten minutes is a broken clock.
        guard missing > rate / 10, missing < rate * 600 else { return [] }
        var packets: [Packet] = []
        // A second at a time: ten minutes of eight channels would be a gigabyte.
        while missing > 0 {
            let channels = context.pointee.ch_layout.nb_channels
            try append(count: Int32(min(missing, rate))) { samples, count in
                av_samples_set_silence(samples, 0, count, channels, self.codec.sampleFormat)
                return count
            }
            missing -= rate
            packets += try encodeQueue(whole: false)
        }
        return packets
    }

    private func prepareResampler(for frame: AVFrameBox) throws(FFmpegError) {
        let source = frame.pointer
        let format = (source.pointee.format, source.pointee.sample_rate, source.pointee.ch_layout.nb_channels)
        if resampler != nil, let inputFormat, inputFormat == format { return }
        if resampler != nil { try convert(nil) }
        swr_free(&resampler)
        if source.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC {
            av_channel_layout_default(&source.pointee.ch_layout, format.2)
        }
        var status = swr_alloc_set_opts2(
            &resampler, &context.pointee.ch_layout, codec.sampleFormat, context.pointee.sample_rate,
            &source.pointee.ch_layout, AVSampleFormat(rawValue: format.0), format.1, 0, nil)
        if status >= 0 { status = swr_init(resampler) }
        guard status >= 0 else { throw failure(status) }
        inputFormat = format
    }

    /// Resamples a frame, or what the resampler still holds, into the queue.
    private func convert(_ frame: AVFrameBox?) throws(FFmpegError) {
        let count = frame?.pointer.pointee.nb_samples ?? 0
        let room = swr_get_out_samples(resampler, count)
        guard room > 0 else { return }
        try append(count: room) { samples, room in
            swr_convert(self.resampler, samples, room, frame.map { wh_audio_planes($0.pointer) }, count)
        }
    }

    /// Lets `fill` write up to `count` samples and queues what it wrote.
    private func append(
        count: Int32, _ fill: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, Int32) -> Int32
    ) throws(FFmpegError) {
        var samples: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?
        var status = av_samples_alloc_array_and_samples(
            &samples, nil, context.pointee.ch_layout.nb_channels, count, codec.sampleFormat, 0)
        guard status >= 0 else { throw failure(status) }
        defer {
            av_freep(samples)
            av_freep(&samples)
        }
        status = fill(samples, count)
        if status > 0 { status = wh_audio_fifo_write(queue, samples, status) }
        guard status >= 0 else { throw failure(status) }
    }

    private func encodeQueue(whole: Bool) throws(FFmpegError) -> [Packet] {
        var packets: [Packet] = []
        let size = context.pointee.frame_size
        while queued >= size || (whole && queued > 0) {
            let frame = AVFrameBox()
            let pointer = frame.pointer
            pointer.pointee.nb_samples = min(size, queued)
            pointer.pointee.format = codec.sampleFormat.rawValue
            pointer.pointee.sample_rate = context.pointee.sample_rate
            av_channel_layout_copy(&pointer.pointee.ch_layout, &context.pointee.ch_layout)
            pointer.pointee.pts = nextTime ?? 0
            let status = av_frame_get_buffer(pointer, 0)
            guard status >= 0 else { throw failure(status) }
            let count = wh_audio_fifo_read(queue, pointer, pointer.pointee.nb_samples)
            nextTime = (nextTime ?? 0) + Int64(count)
            packets += try exchange(frame)
        }
        return packets
    }

    private func drain() throws(FFmpegError) -> [Packet] { try exchange(nil) }

    private func exchange(_ frame: AVFrameBox?) throws(FFmpegError) -> [Packet] {
        var status = avcodec_send_frame(context, frame?.pointer)
        guard status >= 0 || status == wh_averror_eof() else { throw failure(status) }
        var packets: [Packet] = []
        while true {
            let packet = Packet()
            status = avcodec_receive_packet(context, packet.pointer)
            if status == wh_averror_eagain() || status == wh_averror_eof() { return packets }
            guard status >= 0 else { throw failure(status) }
            packets.append(packet)
        }
    }

    private func failure(_ code: Int32) -> FFmpegError {
        FFmpegError(code: code, operation: "encode the audio", subject: subject)
    }
}
