import CFFmpeg

/// What a file announces of its video and does not hold: it was cut, or is still being written.
package struct Shortfall: Sendable, Hashable, Codable {
    /// Frames announced and not there; nil where the container announces a time only.
    package var frames: Int?
    /// Where the video ends, in seconds of the video's own clock.
    package var from: Double
    /// Where it was to end.
    package var to: Double
    /// FFmpeg's words about the end, if any.
    package var cause: String?

    package init(frames: Int?, from: Double, to: Double, cause: String? = nil) {
        self.frames = frames
        self.from = from
        self.to = to
        self.cause = cause
    }

    /// One line.
    package var reason: String {
        let (end, announced) = (Self.text(from), Self.text(to))
        guard to > from else { return "reading ended at \(end) s" + (cause.map { ": \($0)" } ?? "") }
        let missing = frames.map { "\($0) frames are missing at the end, " } ?? ""
        return "\(missing)the file ends at \(end) s of \(announced) s" + (cause.map { " (\($0))" } ?? "")
    }

    private static func text(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }
}

extension Shortfall {
    /// Clocks of headers are rounded, and a last frame may last longer than others.
    private static let tolerance = 1.0

    /// A header that announces so many seconds more is damaged, and says nothing about what is missing.
    private static let mostCredible = 30.0 * 24 * 3600

    /// What is missing of a video of which `packets` could be read, and where reading broke off early or a part of a playlist could not be had,
    /// in any case something; nil where nothing is.
    init?(of stream: VideoStream, in demuxer: Demuxer, packets: [IndexedPacket], brokenOff end: FFmpegError?) {
        let missingPart = demuxer.isPlaylist ? demuxer.access.refused.map { "cannot open \($0)" } : nil
        let cause = end?.reason ?? missingPart
        let announced = Shortfall(
            of: stream, in: demuxer, packets: packets, cause: cause ?? demuxer.takeMessages().last)
        guard announced == nil, let cause else {
            guard let announced else { return nil }
            self = announced
            return
        }
        let base = Rational(stream.pointer.pointee.time_base).doubleValue
        let last = packets.compactMap { packet in packet.time.map { $0 + packet.duration } }.max() ?? 0
        self.init(frames: nil, from: Double(last) * base, to: Double(last) * base, cause: cause)
    }

    /// What is missing of a video of which `packets` could be read; nil where that is nothing, as far as the container tells.
    init?(of stream: VideoStream, in demuxer: Demuxer, packets: [IndexedPacket], cause: String?) {
        let base = Rational(stream.pointer.pointee.time_base).doubleValue
        let ends = packets.compactMap { packet in packet.time.map { $0 + packet.duration } }
        guard let last = ends.max() else { return nil }
        let end = Double(last) * base
        let announced = Self.announcedEnd(of: stream, in: demuxer) ?? end
        if demuxer.formatName.hasPrefix("mov,") {
            // The sample table names each packet, those of edit lists as often as they are shown.
            let missing = Int(avformat_index_get_entries_count(stream.pointer)) - packets.count
            guard missing > 0 else { return nil }
            self.init(frames: missing, from: end, to: max(end, announced), cause: cause)
        } else {
            guard announced - end > max(Self.tolerance, announced / 100), announced - end < Self.mostCredible,
                !Self.othersReach(announced, demuxer)
            else { return nil }
            self.init(frames: nil, from: end, to: announced, cause: cause)
        }
    }

    /// From the header only: formats without one have their length estimated from what is there.
    private static func announcedEnd(of stream: VideoStream, in demuxer: Demuxer) -> Double? {
        let pointer = stream.pointer.pointee
        let base = Rational(pointer.time_base).doubleValue
        let start = pointer.start_time == wh_nopts() ? 0 : Double(pointer.start_time) * base
        if pointer.duration != wh_nopts() && pointer.duration > 0 { return start + Double(pointer.duration) * base }
        let whole = demuxer.context.pointee
        guard whole.duration != wh_nopts(), whole.duration > 0,
            whole.duration_estimation_method == AVFMT_DURATION_FROM_STREAM
                || whole.duration_estimation_method == AVFMT_DURATION_FROM_PTS
        else { return nil }
        let fileStart = whole.start_time == wh_nopts() ? 0 : whole.start_time
        return (Double(fileStart) + Double(whole.duration)) / Double(AV_TIME_BASE)
    }

    /// Whether another stream goes on to about the announced end, so that the video alone is shorter. Reads the whole file.
    private static func othersReach(_ announced: Double, _ demuxer: Demuxer) -> Bool {
        guard let whole = try? Demuxer(path: demuxer.path), whole.streamCount > 1 else { return false }
        let packet = Packet()
        var latest = 0.0
        while (try? whole.read(into: packet)) == true {
            guard let time = packet.pts ?? packet.dts else { continue }
            let base = Rational(whole.stream(Int(packet.streamIndex)).pointee.time_base).doubleValue
            latest = max(latest, Double(time + packet.pointer.pointee.duration) * base)
        }
        return announced - latest <= max(tolerance, announced / 100)
    }
}
