import CFFmpeg

/// The pictures of all segments, one behind the other, at the source's times.
final class PictureTrack: OutputTrack {
    let stream: UnsafeMutablePointer<AVStream>
    private let segments: [String]
    private let timeline: PictureTimeline
    private let sourceTimeBase: Rational
    /// Ticks of the source added to every time.
    private let shift: Int64
    private var current: SegmentFile?
    private var nextSegment = 0
    private var nextPacket = 0

    init(
        _ segments: [String], timeline: PictureTimeline, sourceTimeBase: Rational, shift: Int64,
        stream: UnsafeMutablePointer<AVStream>
    ) {
        self.segments = segments
        self.timeline = timeline
        self.sourceTimeBase = sourceTimeBase
        self.shift = shift
        self.stream = stream
    }

    func next() throws(FFmpegError) -> Packet? {
        let packet = Packet()
        while true {
            if let current, try current.demuxer.read(into: packet) {
                retime(packet)
                return packet
            }
            guard nextSegment < segments.count else { return nil }
            current = try SegmentFile(path: segments[nextSegment])
            nextSegment += 1
        }
    }

    private func retime(_ packet: Packet) {
        let pointer = packet.pointer
        pointer.pointee.pts = timeline.pts(nextPacket) + shift
        pointer.pointee.dts = timeline.dts(nextPacket) + shift
        pointer.pointee.duration = timeline.duration(nextPacket)
        pointer.pointee.stream_index = stream.pointee.index
        av_packet_rescale_ts(pointer, sourceTimeBase.av, stream.pointee.time_base)
        nextPacket += 1
    }
}
