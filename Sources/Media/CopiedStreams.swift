import CFFmpeg

/// Which streams of a source go into a Matroska file.
struct CopiedStreams {
    /// Numbers of the streams in the source, ascending.
    private(set) var indices: [Int] = []
    private var leftOut: [String] = []

    /// Throws where the stream that boxes refer to, `video`, cannot go.
    init(of demuxer: Demuxer, video: VideoStream, into format: UnsafePointer<AVOutputFormat>) throws(FFmpegError) {
        for index in 0..<demuxer.streamCount {
            let stream = demuxer.stream(index)
            if Self.canCopy(stream, into: format) {
                indices.append(index)
            } else {
                let parameters = stream.pointee.codecpar.pointee
                leftOut.append("stream \(index) (\(Self.kind(parameters)), \(parameters.codec_id.name))")
            }
        }
        guard indices.contains(video.index) else { throw Self.obstacle(demuxer, video) }
    }

    /// What a person should know.
    var notes: [String] {
        leftOut.isEmpty
            ? [] : ["left out of the overlay's file, which cannot carry it: " + leftOut.joined(separator: ", ")]
    }

    private static func obstacle(_ demuxer: Demuxer, _ video: VideoStream) -> FFmpegError {
        let name = video.parameters.codec_id.name
        let reason =
            ParameterSets.areSound(video.parameters)
            ? "Matroska cannot carry its video (\(name))" : "the header of its video (\(name)) is damaged"
        return FFmpegError(
            code: wh_averror_invalid_data(), operation: "copy the video", subject: demuxer.path,
            reason: "\(reason); use --annotate video")
    }

    private static func canCopy(
        _ stream: UnsafeMutablePointer<AVStream>, into format: UnsafePointer<AVOutputFormat>
    ) -> Bool {
        let parameters = stream.pointee.codecpar.pointee
        // A cover picture would be taken for a second video.
        guard stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 else { return false }
        if parameters.codec_type == AVMEDIA_TYPE_ATTACHMENT {
            return parameters.extradata_size > 0
                && ["filename", "mimetype"].allSatisfy { (key: String) in
                    av_dict_get(stream.pointee.metadata, key, nil, 0) != nil
                }
        }
        let isWhole =
            switch parameters.codec_type {
            case AVMEDIA_TYPE_VIDEO:
                parameters.width > 0 && parameters.height > 0 && ParameterSets.areSound(parameters)
            case AVMEDIA_TYPE_AUDIO: parameters.sample_rate > 0 && parameters.ch_layout.nb_channels > 0
            case AVMEDIA_TYPE_SUBTITLE: true
            default: false
            }
        return isWhole && parameters.hasName(in: format)
    }

    private static func kind(_ parameters: AVCodecParameters) -> String {
        av_get_media_type_string(parameters.codec_type).map { String(cString: $0) } ?? "unknown"
    }
}
