import CFFmpeg

/// The file that a join writes.
final class JoinedFile {
    private let muxer: Muxer
    private let pictures: JoinedPictures
    private let audio: AudioPlan
    private let container: VideoContainer
    private var tracks: [any OutputTrack] = []
    private var notes: [String]

    init(
        _ pictures: JoinedPictures, audio: AudioPlan, output: String, _ container: VideoContainer
    ) throws(FFmpegError) {
        self.pictures = pictures
        self.audio = audio
        self.container = container
        notes = audio.notes
        muxer = try Muxer(
            path: output, container: container, pictures: pictures.info.timeBase.denominator,
            audio: audio.sampleRates)
    }

    /// Writes everything; what a person should know.
    func write() throws(FFmpegError) -> [String] {
        try addPictures()
        for stream in audio.streams { try addAudio(stream.index, stream.treatment) }
        try copyMetadata()
        try muxer.start()
        try interleave()
        try muxer.finish()
        return notes
    }

    private func addPictures() throws(FFmpegError) {
        let timeBase = AVRational(num: 1, den: Int32(clamping: pictures.info.timeBase.denominator))
        let stream = try muxer.addStream(pictures.parameters, timeBase: timeBase)
        stream.pointee.sample_aspect_ratio = pictures.parameters.pointer.pointee.sample_aspect_ratio
        if let rate = pictures.info.averageFrameRate { stream.pointee.avg_frame_rate = rate.av }
        tracks.append(
            PictureTrack(
                pictures.segments, timeline: pictures.timeline, sourceTimeBase: pictures.info.timeBase,
                shift: pictures.shift, stream: stream))
    }

    private func addAudio(_ index: Int, _ treatment: AudioPlan.Treatment) throws(FFmpegError) {
        let demuxer = try Demuxer(path: audio.source)
        guard index < demuxer.streamCount else { throw Self.change(audio.source) }
        let source = demuxer.stream(index)
        let shift = StreamClock.rescaled(pictures.shift, pictures.info.timeBase.av, wh_time_base_q())
        let track: any OutputTrack =
            switch treatment {
            case .copy: try copiedTrack(index, of: demuxer, shift: shift)
            case .encode: try encodedTrack(index, of: demuxer, shift: shift)
            }
        av_dict_copy(&track.stream.pointee.metadata, source.pointee.metadata, 0)
        // Matroska's own figure, of the source.
        av_dict_set(&track.stream.pointee.metadata, "DURATION", nil, 0)
        track.stream.pointee.disposition = source.pointee.disposition
        tracks.append(track)
    }

    private func copiedTrack(
        _ index: Int, of demuxer: Demuxer, shift: Int64
    ) throws(FFmpegError) -> CopiedAudioTrack {
        let parameters = CodecParameters(of: demuxer.stream(index))
        let timeBase = AVRational(num: 1, den: parameters.pointer.pointee.sample_rate)
        let priming = AudioPriming(in: container, parameters.pointer.pointee.codec_id)
        parameters.pointer.pointee.initial_padding =
            switch priming {
            case .editList: parameters.pointer.pointee.initial_padding
            case .delay:
                try AudioPriming.samples(of: index, in: audio.source, shift: shift, window: pictures.window)
            case .dropped: 0
            }
        return CopiedAudioTrack(
            index, of: demuxer, shift: shift, window: pictures.window, priming: priming,
            smallestStep: container.isMatroska ? 0 : 1,
            stream: try muxer.addStream(parameters, timeBase: timeBase))
    }

    private func encodedTrack(
        _ index: Int, of demuxer: Demuxer, shift: Int64
    ) throws(FFmpegError) -> EncodedAudioTrack {
        let parameters = demuxer.stream(index).pointee.codecpar.pointee
        let encoder = try AudioEncoder(container.audioCodec, like: parameters, subject: audio.source)
        let encoded = try encoder.parameters()
        let priming = AudioPriming(in: container, encoded.pointer.pointee.codec_id)
        if priming == .dropped { encoded.pointer.pointee.initial_padding = 0 }
        return try EncodedAudioTrack(
            index, of: demuxer, shift: shift, window: pictures.window, encoder: encoder, priming: priming,
            stream: try muxer.addStream(encoded, timeBase: encoder.timeBase))
    }

    private static func change(_ source: String) -> FFmpegError {
        FFmpegError(
            code: wh_averror_stream_not_found(), operation: "copy the audio", subject: source,
            reason: "has fewer streams than before; was it changed meanwhile?")
    }

    /// Title, dates and the like; not what describes the source's container.
    private func copyMetadata() throws(FFmpegError) {
        let source = try Demuxer(path: pictures.info.path)
        av_dict_copy(&muxer.context.pointee.metadata, source.context.pointee.metadata, 0)
        for key in ["major_brand", "minor_version", "compatible_brands", "encoder", "rotate"] {
            av_dict_set(&muxer.context.pointee.metadata, key, nil, 0)
        }
    }

    /// Writes the packets of all tracks in the order of their decode times.
    private func interleave() throws(FFmpegError) {
        var waiting: [(track: Int, packet: Packet)] = []
        for track in tracks.indices { try fetch(track, into: &waiting) }
        while let position = waiting.indices.min(by: { isEarlier(waiting[$0], waiting[$1]) }) {
            let (track, packet) = waiting.remove(at: position)
            let isWritten = try writeOrDrop(packet, of: track)
            if isWritten { try fetch(track, into: &waiting) }
        }
    }

    private func fetch(_ track: Int, into waiting: inout [(track: Int, packet: Packet)]) throws(FFmpegError) {
        do {
            if let packet = try tracks[track].next() { waiting.append((track, packet)) }
        } catch {
            try forgive(error, track)
        }
    }

    private func writeOrDrop(_ packet: Packet, of track: Int) throws(FFmpegError) -> Bool {
        if container.isMatroska { place(packet, in: tracks[track].stream) }
        do {
            try muxer.write(packet)
            return true
        } catch {
            try forgive(error, track)
            return false
        }
    }

    /// Broken audio ends its track; broken pictures end the join.
    private func forgive(_ error: FFmpegError, _ track: Int) throws(FFmpegError) {
        guard track > 0 else { throw error }
        notes.append("audio stream \(audio.streams[track - 1].index) ends early: \(error.reason)")
    }

    /// Gives a packet the time that it is stored under. Matroska has none before 0: what is moved up is a decode time, which is not stored, or a
    /// fraction of an excerpt's first packet of sound.
    private func place(_ packet: Packet, in stream: UnsafeMutablePointer<AVStream>) {
        let (shift, earliest) = MatroskaDelay.shift(of: stream)
        packet.pointer.pointee.pts = max(earliest, packet.pointer.pointee.pts + shift)
        packet.pointer.pointee.dts = max(earliest, packet.pointer.pointee.dts + shift)
    }

    private func isEarlier(_ a: (track: Int, packet: Packet), _ b: (track: Int, packet: Packet)) -> Bool {
        av_compare_ts(
            a.packet.pointer.pointee.dts, tracks[a.track].stream.pointee.time_base, b.packet.pointer.pointee.dts,
            tracks[b.track].stream.pointee.time_base) < 0
    }
}
