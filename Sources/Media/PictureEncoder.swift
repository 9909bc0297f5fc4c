import CFFmpeg
import Glibc
import Imaging

/// One of the encoders behind FFmpeg. Owns an `AVCodecContext`.
final class PictureEncoder {
    let context: UnsafeMutablePointer<AVCodecContext>
    private let path: String

    /// An encoder for pictures of `info`, in its time base. Everything that goes into the stream's headers follows from `info` and
    /// `settings` alone, so that separately encoded segments share one header.
    init(info: VideoInfo, settings: EncoderSettings, path: String) throws(FFmpegError) {
        self.path = path
        try Self.check(settings, path)
        _ = FFmpegLog.isInstalled
        if settings.codec == .av1 { _ = Self.isSVTQuiet }
        let name = settings.codec.encoderName
        guard let codec = avcodec_find_encoder_by_name(name), let context = avcodec_alloc_context3(codec) else {
            throw FFmpegError(
                code: wh_averror_encoder_not_found(), operation: "find the encoder", subject: path,
                reason: "cannot be encoded: this FFmpeg has no \(name); install one that has, or choose another --codec"
            )
        }
        self.context = context
        FFmpegLog.watch(context)
        Self.describe(info, in: context)
        context.pointee.thread_count = Int32(clamping: max(1, settings.threads))
        context.pointee.codec_tag = settings.codec.tag
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | Int32(bitPattern: AV_CODEC_FLAG_CLOSED_GOP)
        let status = Self.open(context, codec, settings)
        guard status >= 0 else {
            let words = FFmpegLog.take(context).first ?? FFmpegError.text(of: status)
            throw FFmpegError(
                code: status, operation: "open the encoder", subject: path,
                reason: "cannot be encoded with preset \(settings.preset), crf \(settings.crf): \(words)")
        }
    }

    /// SVT-AV1 greets on standard error unless its environment forbids it.
    private static let isSVTQuiet = setenv("SVT_LOG", "1", 0) == 0

    deinit {
        FFmpegLog.unwatch(context)
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Encoders print their opinion of a wrong preset to standard error.
    private static func check(_ settings: EncoderSettings, _ path: String) throws(FFmpegError) {
        let codec = settings.codec
        guard codec.presets.contains(settings.preset), codec.crfRange.contains(settings.crf) else {
            throw FFmpegError(
                code: wh_averror(EINVAL), operation: "open the encoder", subject: path,
                reason: "cannot be encoded with preset \(settings.preset), crf \(settings.crf): "
                    + "presets of \(codec) are \(codec.presets.joined(separator: ", ")), crf 0 to \(codec.crfRange.upperBound)"
            )
        }
    }

    private static func describe(_ info: VideoInfo, in context: UnsafeMutablePointer<AVCodecContext>) {
        let (size, colour) = (info.displaySize.even, info.outputColour)
        context.pointee.width = Int32(size.width)
        context.pointee.height = Int32(size.height)
        context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        context.pointee.time_base = info.timeBase.av
        context.pointee.framerate = nominalRate(of: info).av
        context.pointee.sample_aspect_ratio = info.sampleAspectRatio?.av ?? AVRational(num: 0, den: 1)
        context.pointee.color_primaries = AVColorPrimaries(rawValue: UInt32(colour.primaries))
        context.pointee.color_trc = AVColorTransferCharacteristic(rawValue: UInt32(colour.transfer))
        context.pointee.colorspace = AVColorSpace(rawValue: UInt32(colour.matrix))
        context.pointee.color_range = colour.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        context.pointee.chroma_sample_location = AVChromaLocation(rawValue: UInt32(colour.chromaLocation))
    }

    /// The rate that rate control and the codec's level go by. Containers without one tell absurd figures, such as the time base.
    private static func nominalRate(of info: VideoInfo) -> Rational {
        guard let rate = info.averageFrameRate, (0.1...300).contains(rate.doubleValue) else {
            return Rational(numerator: 25, denominator: 1)
        }
        return rate
    }

    private static func open(
        _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>, _ settings: EncoderSettings
    ) -> Int32 {
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        let chosen = settings.codec.options(preset: settings.preset, crf: settings.crf, threads: settings.threads)
        for (key, value) in chosen { av_dict_set(&options, key, value, 0) }
        return avcodec_open2(context, codec, &options)
    }

    /// What a track of the encoded stream has to say of itself.
    func parameters() throws(FFmpegError) -> CodecParameters {
        let parameters = CodecParameters()
        let status = avcodec_parameters_from_context(parameters.pointer, context)
        guard status >= 0 else { throw failure(status) }
        return parameters
    }

    /// Hands a picture in, or the end as nil; then gives every packet that is ready to `body`.
    func encode(
        _ frame: AVFrameBox?, _ body: (Packet) throws(FFmpegError) -> Void
    ) throws(FFmpegError) {
        let sent = avcodec_send_frame(context, frame?.pointer)
        guard sent >= 0 else { throw failure(sent) }
        let packet = Packet()
        while true {
            let status = avcodec_receive_packet(context, packet.pointer)
            if status == wh_averror_eagain() || status == wh_averror_eof() { return }
            guard status >= 0 else { throw failure(status) }
            try body(packet)
            packet.clear()
        }
    }

    private func failure(_ code: Int32) -> FFmpegError {
        FFmpegError(code: code, operation: "encode a picture", subject: path)
    }
}
