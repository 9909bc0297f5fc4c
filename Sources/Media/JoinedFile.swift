import CFFmpeg

/// The file that a join writes.
final class JoinedFile {
    private let muxer: Muxer
    private let pictures: JoinedPictures
    private let audio: AudioPlan
    private var tracks: [any OutputTrack] = []
    private var notes: [String]

    init(_ pictures: JoinedPictures, audio: AudioPlan, output: String) throws(FFmpegError) {
        self.pictures = pictures
        self.audio = audio
        notes = audio.notes
        let scale = pictures.info.timeBase.denominator
        muxer = try Muxer(
            path: output,
            options: [
                "movflags": "+faststart", "video_track_timescale": "\(scale)",
                "movie_timescale": "\(Self.movieScale(pictures: scale, audio: audio.sampleRates))",
            ])
    }

    /// Start offsets of tracks are written in the movie's own ticks: a common multiple keeps them exact.
    private static func movieScale(pictures: Int, audio: [Int]) -> Int {
        audio.reduce(pictures) { scale, rate in
            let multiple = scale / greatestCommonDivisor(scale, rate) * rate
            return multiple <= Int(Int32.max) ? multiple : scale
        }
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
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
        let source = demuxer.stream(index)
        let shift = av_rescale_q(pictures.shift, pictures.info.timeBase.av, wh_time_base_q())
        let track: any OutputTrack
        switch treatment {
        case .copy:
            let timeBase = AVRational(num: 1, den: source.pointee.codecpar.pointee.sample_rate)
            let stream = try muxer.addStream(CodecParameters(of: source), timeBase: timeBase)
            track = CopiedAudioTrack(index, of: demuxer, shift: shift, window: pictures.window, stream: stream)
        case .encode:
            let encoder = try AACEncoder(like: source.pointee.codecpar.pointee, subject: audio.source)
            let stream = try muxer.addStream(encoder.parameters(), timeBase: encoder.timeBase)
            track = try EncodedAudioTrack(
                index, of: demuxer, shift: shift, window: pictures.window, encoder: encoder, stream: stream)
        }
        av_dict_copy(&track.stream.pointee.metadata, source.pointee.metadata, 0)
        track.stream.pointee.disposition = source.pointee.disposition
        tracks.append(track)
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

    private func isEarlier(_ a: (track: Int, packet: Packet), _ b: (track: Int, packet: Packet)) -> Bool {
        av_compare_ts(
            a.packet.pointer.pointee.dts, tracks[a.track].stream.pointee.time_base, b.packet.pointer.pointee.dts,
            tracks[b.track].stream.pointee.time_base) < 0
    }
}
