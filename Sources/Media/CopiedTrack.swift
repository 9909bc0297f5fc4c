import CFFmpeg

/// A stream of the source and its copy in another file.
struct CopiedTrack {
    private let source: UnsafeMutablePointer<AVStream>
    private let stream: UnsafeMutablePointer<AVStream>
    private(set) var clock: CopiedClock
    /// Whether its packets are still wanted.
    var isOpen = true

    /// Adds a copy of `source` to a file that has not been started.
    init(_ source: UnsafeMutablePointer<AVStream>, in muxer: Muxer) throws(FFmpegError) {
        self.source = source
        stream = try muxer.addStream(CodecParameters(of: source), timeBase: source.pointee.time_base)
        clock = CopiedClock(from: source.pointee.time_base, to: source.pointee.time_base, shift: 0, reorders: false)
        let status = wh_copy_stream_side_data(stream, source)
        guard status >= 0 else {
            throw FFmpegError(code: status, operation: "copy a stream's properties", subject: muxer.path)
        }
        copyTag(to: muxer)
        copyAspectRatio()
        stream.pointee.avg_frame_rate = source.pointee.avg_frame_rate
        av_dict_copy(&stream.pointee.metadata, source.pointee.metadata, 0)
        av_dict_set(&stream.pointee.metadata, "rotate", nil, 0)
        stream.pointee.disposition = source.pointee.disposition
        // Players show one track of text: the drawings shall be it.
        if source.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_SUBTITLE {
            stream.pointee.disposition &= ~AV_DISPOSITION_DEFAULT
        }
    }

    /// Where container and codec disagree, the container is right, as for players.
    private func copyAspectRatio() {
        let ratio = source.pointee.sample_aspect_ratio
        guard ratio.num > 0 else { return }
        stream.pointee.sample_aspect_ratio = ratio
        stream.pointee.codecpar.pointee.sample_aspect_ratio = ratio
    }

    /// Some codecs are known by their tag alone, such as the layout of raw pictures.
    private func copyTag(to muxer: Muxer) {
        let parameters = source.pointee.codecpar.pointee
        guard let tags = muxer.context.pointee.oformat.pointee.codec_tag else { return }
        var known: UInt32 = 0
        let isSame = av_codec_get_id(tags, parameters.codec_tag) == parameters.codec_id
        if isSame || av_codec_get_tag2(tags, parameters.codec_id, &known) == 0 {
            stream.pointee.codecpar.pointee.codec_tag = parameters.codec_tag
        }
    }

    /// Takes over the clock that the file's start has given the track.
    mutating func start(shift milliseconds: Int64) {
        let target = stream.pointee.time_base
        clock = CopiedClock(
            from: source.pointee.time_base, to: target,
            shift: StreamClock.rescaled(milliseconds, AVRational(num: 1, den: 1000), target),
            reorders: CodecBehaviour(source.pointee.codecpar.pointee.codec_id).reorders)
    }

    mutating func retime(_ packet: Packet) {
        clock.retime(packet)
        packet.pointer.pointee.stream_index = stream.pointee.index
    }
}
