import CFFmpeg

/// What sound is encoded in where it cannot be copied.
enum AudioCodec {
    case aac, opus

    /// Its name for people.
    var name: String {
        switch self {
        case .aac: "AAC"
        case .opus: "Opus"
        }
    }

    /// FFmpeg's name of the encoder.
    var encoderName: String {
        switch self {
        case .aac: "aac"
        case .opus: "libopus"
        }
    }

    var isAvailable: Bool { avcodec_find_encoder_by_name(encoderName) != nil }

    var sampleFormat: AVSampleFormat {
        switch self {
        case .aac: AV_SAMPLE_FMT_FLTP
        case .opus: AV_SAMPLE_FMT_FLT
        }
    }

    /// Bits a second for each channel.
    var bitRate: Int64 {
        switch self {
        case .aac: 80_000
        case .opus: 64_000
        }
    }

    /// The rate to encode samples of `rate` a second at.
    func sampleRate(for rate: Int32) -> Int32 {
        let known: [Int32] =
            switch self {
            case .aac: [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000]
            case .opus: [48000]
            }
        return known.first { $0 >= rate } ?? 48000
    }

    /// Writes the layout that so many channels are encoded in.
    func setLayout(_ layout: inout AVChannelLayout, channels: Int32) {
        let count = (1...8).contains(channels) ? channels : 2
        switch self {
        case .aac: av_channel_layout_default(&layout, count)
        // Those of Vorbis, which are not all FFmpeg's usual ones.
        case .opus: av_channel_layout_from_string(&layout, Self.vorbisLayouts[Int(count) - 1])
        }
    }

    private static let vorbisLayouts = ["mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"]
}
