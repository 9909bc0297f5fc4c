import CFFmpeg

/// What becomes of the audio streams of a source in a container.
struct AudioPlan {
    enum Treatment { case copy, encode }

    /// Stream numbers in the source, ascending.
    private(set) var streams: [(index: Int, treatment: Treatment)] = []
    /// What a person should know, one line each.
    private(set) var notes: [String] = []
    let source: String
    private let container: VideoContainer

    /// No audio.
    static let none = AudioPlan()

    private init() { (source, container) = ("", .mp4) }

    init(source: String, container: VideoContainer) {
        (self.source, self.container) = (source, container)
        guard let demuxer = try? Demuxer(path: source) else { return }
        for index in 0..<demuxer.streamCount {
            let parameters = demuxer.stream(index).pointee.codecpar.pointee
            guard parameters.codec_type == AVMEDIA_TYPE_AUDIO else { continue }
            plan(index, parameters)
        }
    }

    private mutating func plan(_ index: Int, _ parameters: AVCodecParameters) {
        let name = "audio stream \(index) (\(parameters.codec_id.name))"
        guard parameters.sample_rate > 0, parameters.ch_layout.nb_channels > 0 else {
            notes.append("\(name) left out: its header is damaged")
            return
        }
        let codec = container.audioCodec
        if container.canCopy(parameters) {
            streams.append((index, .copy))
        } else if avcodec_find_decoder(parameters.codec_id) == nil {
            notes.append("\(name) left out: \(container.name) cannot carry it and there is no decoder for it")
        } else if !codec.isAvailable {
            notes.append(
                "\(name) left out: \(container.name) cannot carry it and this FFmpeg has no \(codec.encoderName)")
        } else {
            streams.append((index, .encode))
            notes.append("\(name) encoded to \(codec.name): \(container.name) cannot carry it")
        }
    }

    /// The same streams, all decoded and encoded anew.
    var encoded: AudioPlan {
        var plan = self
        plan.streams = streams.map { ($0.index, .encode) }
        return plan
    }

    var isEncoded: Bool { streams.allSatisfy { $0.treatment == .encode } }

    /// Rates of the tracks, samples a second.
    var sampleRates: [Int] {
        guard let demuxer = try? Demuxer(path: source) else { return [] }
        return streams.filter { $0.index < demuxer.streamCount }
            .map { max(1, Int(demuxer.stream($0.index).pointee.codecpar.pointee.sample_rate)) }
    }
}
