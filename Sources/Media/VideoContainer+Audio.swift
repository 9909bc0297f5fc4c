import CFFmpeg

extension VideoContainer {
    /// Whether the container carries a stream of sound as it is, and players or browsers read it there.
    func canCopy(_ parameters: AVCodecParameters) -> Bool {
        switch self {
        case .mp4: Self.fitsMP4(parameters)
        case .mkv: Self.fitsMatroska(parameters)
        case .webm:
            [AV_CODEC_ID_OPUS, AV_CODEC_ID_VORBIS].contains(parameters.codec_id) && parameters.extradata_size > 0
        }
    }

    private static func fitsMP4(_ parameters: AVCodecParameters) -> Bool {
        switch parameters.codec_id {
        case AV_CODEC_ID_AAC, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_ALAC: true
        case AV_CODEC_ID_OPUS, AV_CODEC_ID_FLAC: parameters.extradata_size > 0
        // The standard ends at 16 kHz, and so does FFmpeg's muxer.
        case AV_CODEC_ID_MP3: parameters.sample_rate >= 16000
        default: false
        }
    }

    private static func fitsMatroska(_ parameters: AVCodecParameters) -> Bool {
        switch parameters.codec_id {
        // Their headers are the track's.
        case AV_CODEC_ID_OPUS, AV_CODEC_ID_FLAC, AV_CODEC_ID_VORBIS, AV_CODEC_ID_ALAC: parameters.extradata_size > 0
        // It has a number in WAV files, but hardly a player looks for it there.
        case AV_CODEC_ID_AAC_LATM: false
        default: av_guess_format("matroska", nil, nil).map { parameters.hasName(in: $0) } ?? false
        }
    }
}

extension AVCodecParameters {
    /// Whether a Matroska file has a name of its own for the codec, or one borrowed from AVI or WAV, of which FFmpeg's query knows nothing.
    func hasName(in format: UnsafePointer<AVOutputFormat>) -> Bool {
        var tag: UInt32 = 0
        return avformat_query_codec(format, codec_id, FF_COMPLIANCE_NORMAL) == 1
            || codec_type != AVMEDIA_TYPE_SUBTITLE
                && av_codec_get_tag2(format.pointee.codec_tag, codec_id, &tag) != 0
    }
}
