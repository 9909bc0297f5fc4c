import CFFmpeg

/// The ASS track of an overlay.
struct DrawingTrack {
    private let header: String
    private let events: () throws -> OverlayEvent?
    private var stream: UnsafeMutablePointer<AVStream>?
    /// The event that comes next.
    private var next: OverlayEvent?
    private var hasBegun = false
    /// Events written so far: ASS in Matroska numbers them.
    private var count = 0
    /// Of the video that is drawn on: the same rounding gives the same times.
    var clock: CopiedClock?

    init(header: String, events: @escaping () throws -> OverlayEvent?) {
        (self.header, self.events) = (header, events)
    }

    /// Adds the track to a file that has not been started.
    mutating func add(to muxer: Muxer) throws(FFmpegError) {
        let parameters = CodecParameters()
        parameters.pointer.pointee.codec_type = AVMEDIA_TYPE_SUBTITLE
        parameters.pointer.pointee.codec_id = AV_CODEC_ID_ASS
        let bytes = Array(header.utf8)
        let padding = Int(AV_INPUT_BUFFER_PADDING_SIZE)
        guard let memory = av_mallocz(bytes.count + padding) else { fatalError("out of memory") }
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        parameters.pointer.pointee.extradata = memory.assumingMemoryBound(to: UInt8.self)
        parameters.pointer.pointee.extradata_size = Int32(bytes.count)
        let stream = try muxer.addStream(parameters, timeBase: AVRational(num: 1, den: 1000))
        stream.pointee.disposition = AV_DISPOSITION_DEFAULT
        av_dict_set(&stream.pointee.metadata, "title", "windhover", 0)
        self.stream = stream
    }

    /// Writes the events that start at `time` of the video's track or before.
    mutating func write(until time: Int64, to muxer: Muxer) throws {
        if !hasBegun {
            hasBegun = true
            next = try events()
        }
        while let event = next, let clock, clock.converted(event.start) <= time {
            try write(event, clock, to: muxer)
            next = try events()
        }
    }

    mutating func writeRest(to muxer: Muxer) throws { try write(until: .max, to: muxer) }

    private mutating func write(_ event: OverlayEvent, _ clock: CopiedClock, to muxer: Muxer) throws(FFmpegError) {
        guard let stream else { return }
        let (start, end) = (clock.converted(event.start), clock.converted(event.end))
        // Shorter than a tick: the next picture is already there.
        guard end > start else { return }
        for line in event.lines {
            let packet = try Self.packet("\(count),\(line)", muxer)
            packet.pointer.pointee.pts = start
            packet.pointer.pointee.dts = start
            packet.pointer.pointee.duration = end - start
            packet.pointer.pointee.flags |= AV_PKT_FLAG_KEY
            packet.pointer.pointee.stream_index = stream.pointee.index
            // It stands beside its picture, which is in the index.
            try muxer.write(packet, mayBeIndexed: false)
            count += 1
        }
    }

    private static func packet(_ text: String, _ muxer: Muxer) throws(FFmpegError) -> Packet {
        let packet = Packet()
        let bytes = Array(text.utf8)
        let status = av_new_packet(packet.pointer, Int32(bytes.count))
        guard status >= 0 else { throw FFmpegError(code: status, operation: "write a drawing", subject: muxer.path) }
        packet.pointer.pointee.data.update(from: bytes, count: bytes.count)
        return packet
    }
}
