import CFFmpeg

/// The file that `OverlayMuxer` writes: all streams go through in the order in which the source has them, drawings are put before the
/// picture that they are for.
final class OverlayFile {
    private let demuxer: Demuxer
    private let video: VideoStream
    private let streams: CopiedStreams
    private let muxer: Muxer
    private var drawings: DrawingTrack
    /// By number in the source.
    private var tracks: [Int: CopiedTrack] = [:]
    private var pictureOrder: OutputOrderClock?
    private var hasBegun = false
    private var notes: [String] = []

    /// Sound that starts so much before 0 is what encoders put before the first sample; microseconds.
    private static let longestPriming: Int64 = 100_000

    init(source: String, output: String, header: String, events: @escaping () throws -> OverlayEvent?) throws {
        demuxer = try Demuxer(path: source)
        video = try VideoStream(in: demuxer)
        muxer = try Muxer(
            path: output, format: "matroska", options: ["allow_raw_vfw": "1", "avoid_negative_ts": "disabled"])
        streams = try CopiedStreams(of: demuxer, video: video, into: muxer.context.pointee.oformat)
        drawings = DrawingTrack(header: header, events: events)
        muxer.beReproducible()
        demuxer.select(Set(streams.indices))
        let codec = video.parameters.codec_id
        // For the codecs whose packets say which pictures others wait for, FFmpeg itself tells missing times.
        if CodecBehaviour(codec).reorders, codec != AV_CODEC_ID_H264, codec != AV_CODEC_ID_HEVC {
            demuxer.context.pointee.flags |= AVFMT_FLAG_GENPTS
        }
    }

    /// Writes everything; what a person should know.
    func write() throws -> [String] {
        notes += streams.notes
        if video.orientation != .upright { notes.append(Self.rotationNote) }
        try addTracks()
        try start()
        try copy()
        try drawings.writeRest(to: muxer)
        try muxer.finish()
        if tracks.values.contains(where: \.clock.hasMovedTimes) { notes.append("times that go back were moved") }
        return notes
    }

    private static let rotationNote =
        "the overlay's file shows the picture as it is stored, boxes included: it cannot say how to turn it; --annotate video turns it"

    private func addTracks() throws(FFmpegError) {
        av_dict_copy(&muxer.context.pointee.metadata, demuxer.context.pointee.metadata, 0)
        for key in ["major_brand", "minor_version", "compatible_brands", "encoder", "rotate"] {
            av_dict_set(&muxer.context.pointee.metadata, key, nil, 0)
        }
        for index in streams.indices { tracks[index] = try CopiedTrack(demuxer.stream(index), in: muxer) }
        try drawings.add(to: muxer)
    }

    private func start() throws(FFmpegError) {
        do {
            try muxer.start()
        } catch {
            throw FFmpegError(
                code: error.code, operation: error.operation, subject: error.subject,
                reason: "\(error.reason); use --annotate video")
        }
        let shift = millisecondsBeforeZero
        if shift > 0 {
            notes.append(
                "all times of the overlay's file moved by \(Double(shift) / 1000) s: the source starts before 0")
        }
        for index in streams.indices { tracks[index]?.start(shift: shift) }
        drawings.clock = tracks[video.index]?.clock
    }

    /// How far before 0 something starts that is shown or heard; Matroska has no time there.
    private var millisecondsBeforeZero: Int64 {
        let starts = streams.indices.compactMap { index -> Int64? in
            let stream = demuxer.stream(index).pointee
            guard let time = StreamClock.time(stream.start_time) else { return nil }
            let start = StreamClock.rescaled(time, stream.time_base, wh_time_base_q())
            return stream.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO ? start + Self.longestPriming : start
        }
        return max(0, (999 - (starts.min() ?? 0)) / 1000)
    }

    private func copy() throws {
        while let packet = readOn() {
            guard packet.streamIndex == video.index else {
                try write(packet)
                continue
            }
            if !hasBegun {
                hasBegun = true
                pictureOrder = OutputOrderClock(video, firstPacket: packet)
            }
            for packet in pictureOrder?.push(packet) ?? [packet] { try write(packet) }
        }
        for packet in pictureOrder?.finish() ?? [] { try write(packet) }
    }

    /// The next packet. A file that cannot be read further ends here, and says so.
    private func readOn() -> Packet? {
        let packet = Packet()
        do {
            return try demuxer.read(into: packet) ? packet : nil
        } catch {
            notes.append("the overlay's file ends where the source cannot be read further: \(error.reason)")
            return nil
        }
    }

    private func write(_ packet: Packet) throws {
        let index = Int(packet.streamIndex)
        // An empty packet holds nothing to show, and muxers take it for side data.
        guard packet.size > 0, tracks[index]?.isOpen == true else { return }
        tracks[index]?.retime(packet)
        if index == video.index { try drawings.write(until: packet.pointer.pointee.pts, to: muxer) }
        do {
            try muxer.write(packet)
        } catch {
            guard index != video.index else { throw error }
            tracks[index]?.isOpen = false
            notes.append("stream \(index) ends early: \(error.reason)")
        }
    }
}
