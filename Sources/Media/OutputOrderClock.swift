import CFFmpeg

/// Presentation times for H.264 and HEVC where the container has none (AVI, raw streams): a picture comes out of a decoder with the packet
/// that pushes it out, and is shown at that packet's time, as `FrameSource` counts it.
final class OutputOrderClock {
    /// A packet whose successors may have to be known first.
    private struct Held {
        let packet: Packet
        /// Its place among the pictures from one IDR picture to the next.
        let order: (group: Int, count: Int)
        var pts: Int64?
    }

    private let parser: UnsafeMutablePointer<AVCodecParserContext>
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let depth: Int
    /// In decode order.
    private var held: [Held] = []
    private var group = 0
    private var packets: Int64 = 0
    /// Time behind the picture that came out last.
    private var next: Int64 = 0

    /// A clock for `stream`; nil where its packets have times, or need none that differ from their decode times.
    init?(_ stream: VideoStream, firstPacket: Packet) {
        let codec = stream.parameters.codec_id
        depth = Int(stream.parameters.video_delay)
        guard firstPacket.pts == nil, depth > 0, codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC,
            let parser = av_parser_init(Int32(codec.rawValue))
        else { return nil }
        guard let context = avcodec_alloc_context3(nil) else { fatalError("out of memory") }
        (self.parser, self.context) = (parser, context)
        avcodec_parameters_to_context(context, stream.pointer.pointee.codecpar)
        parser.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
    }

    deinit {
        av_parser_close(parser)
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Takes the next packet in decode order; those whose times are known now, in decode order.
    func push(_ packet: Packet) -> [Packet] {
        held.append(Held(packet: packet, order: order(of: packet)))
        let step = max(1, packet.pointer.pointee.duration)
        let time = packet.dts ?? next
        if packet.dts == nil { packet.pointer.pointee.dts = StreamClock.product(packets - Int64(depth), step) }
        packets += 1
        if held.count(where: { $0.pts == nil }) > depth { letOut(at: time, step) }
        return takeKnown()
    }

    /// The packets that are left.
    func finish() -> [Packet] {
        while held.contains(where: { $0.pts == nil }) { letOut(at: next, nil) }
        return takeKnown()
    }

    private func order(of packet: Packet) -> (group: Int, count: Int) {
        var (data, size) = (UnsafeMutablePointer<UInt8>?.none, Int32(0))
        av_parser_parse2(
            parser, context, &data, &size, packet.pointer.pointee.data, packet.pointer.pointee.size, wh_nopts(),
            wh_nopts(), -1)
        let count = Int(parser.pointee.output_picture_number)
        if packet.isKey, count == 0 { group += 1 }
        return (group, count)
    }

    /// Gives the earliest picture without a time `time`.
    private func letOut(at time: Int64, _ step: Int64?) {
        let waiting = held.indices.filter { held[$0].pts == nil }
        guard let first = waiting.min(by: { held[$0].order < held[$1].order }) else { return }
        held[first].pts = time
        next = StreamClock.end(of: time, duration: step ?? held[first].packet.pointer.pointee.duration)
    }

    private func takeKnown() -> [Packet] {
        let known = held.prefix { $0.pts != nil }
        held.removeFirst(known.count)
        return known.map { entry in
            entry.packet.pointer.pointee.pts = entry.pts ?? wh_nopts()
            return entry.packet
        }
    }
}
