import CFFmpeg

/// What becomes of the start of a stream of sound that is not to be heard: what an encoder put before the first sample, or half a packet before
/// an excerpt.
enum AudioPriming {
    /// An edit list leaves it out at time 0. Later it would be heard as silence, and the track start too early.
    case editList
    /// The track says how much decoders leave out, wherever it begins.
    case delay
    /// It is not written.
    case dropped

    /// - Parameter codec: what the sound is coded in.
    init(in container: VideoContainer, _ codec: AVCodecID) {
        if container.isMatroska {
            self = codec == AV_CODEC_ID_OPUS || MatroskaDelay.isForAllCodecs ? .delay : .dropped
        } else {
            self = .editList
        }
    }

    /// Samples before time 0 of the file that a stream is copied to.
    ///
    /// - Parameter shift: microseconds added to every time.
    static func samples(
        of index: Int, in path: String, shift: Int64, window: TimeWindow
    ) throws(FFmpegError) -> Int32 {
        let demuxer = try Demuxer(path: path)
        let stream = demuxer.stream(index)
        let parameters = stream.pointee.codecpar.pointee
        if let preSkip = opusPreSkip(parameters) { return preSkip }
        demuxer.select([index])
        guard let time = try firstTime(demuxer, stream.pointee.time_base, window) else { return 0 }
        let start = time + av_rescale_q(shift, wh_time_base_q(), stream.pointee.time_base)
        let rate = AVRational(num: 1, den: max(1, parameters.sample_rate))
        return Int32(clamping: max(0, -av_rescale_q(start, stream.pointee.time_base, rate)))
    }

    /// Time of the first packet that is heard.
    private static func firstTime(
        _ demuxer: Demuxer, _ timeBase: AVRational, _ window: TimeWindow
    ) throws(FFmpegError) -> Int64? {
        let packet = Packet()
        while try demuxer.read(into: packet) {
            let time = packet.dts ?? packet.pts
            let duration = packet.pointer.pointee.duration
            if packet.size > 0, window.contains(time, duration: duration, timeBase: timeBase) { return time }
        }
        return nil
    }

    /// What an Opus stream's own header says; decoders go by it, wherever they are told to begin.
    private static func opusPreSkip(_ parameters: AVCodecParameters) -> Int32? {
        guard parameters.codec_id == AV_CODEC_ID_OPUS, parameters.extradata_size >= 19,
            let header = parameters.extradata
        else { return nil }
        return Int32(header[10]) | Int32(header[11]) << 8
    }
}
