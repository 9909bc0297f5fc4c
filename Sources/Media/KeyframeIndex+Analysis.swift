import CFFmpeg

extension KeyframeIndex {
    init(packets: [IndexedPacket], stream: VideoStream) {
        let codec = CodecBehaviour(stream.parameters.codec_id)
        self.packets = packets
        reorders = codec.reorders
        // FFmpeg's H.264 decoder loses frames of open groups of pictures when it is emptied behind the next keyframe.
        canBeEmptied = !codec.learnsReorderDepth
        let positions = packets.filter { $0.position >= 0 }.map(\.position)
        hasRepeatedPieces = Set(positions).count < positions.count
        order = OutputOrder(packets: packets, codec: codec, initialDepth: Int(stream.parameters.video_delay))
        sortedPTS = order.times.sorted()
        let fieldOrder = stream.parameters.field_order
        mayHoldFields = fieldOrder != AV_FIELD_UNKNOWN && fieldOrder != AV_FIELD_PROGRESSIVE
        timeline = Self.timeline(of: packets)
        access = Self.access(of: packets, codec: codec)
        entries = access == .fromStart ? [Self.start] : Self.entries(in: packets, depths: order.learntDepths)
        stretchStarts = Self.stretchStarts(order: order, entries: entries, access: access)
    }

    /// The beginning of the file.
    private static let start = Entry(packet: 0, time: .min, latestBefore: .min, reorderDepth: 0)

    private static func timeline(of packets: [IndexedPacket]) -> (packets: [Int], times: [Int64]) {
        let timed = packets.indices.compactMap { number in packets[number].time.map { (number, $0) } }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        return (timed.map(\.0), timed.map(\.1))
    }

    private static func access(of packets: [IndexedPacket], codec: CodecBehaviour) -> Access {
        guard codec.restartsAtKeyframes, packets.contains(where: { $0.time != nil }),
            !packets.contains(where: \.changesDecoder)
        else { return .fromStart }
        // Decode times that stand still or go back: pieces of different origin, edit lists, a broken muxer.
        let decodeTimes = packets.compactMap(\.dts)
        guard zip(decodeTimes, decodeTimes.dropFirst()).allSatisfy({ $0 < $1 }) else { return .fromStart }
        let shown = packets.filter { !$0.isDiscarded }
        if shown.allSatisfy({ $0.pts != nil }) {
            return Set(shown.map(\.pts)).count == shown.count ? .exact : .fromStart
        }
        return decodeTimes.count == packets.count ? .guessed : .fromStart
    }

    private static func entries(in packets: [IndexedPacket], depths: [Int: Int]) -> [Entry] {
        var entries = [start]
        var latest = Int64.min
        var depth = 0
        for (index, packet) in packets.enumerated() {
            depth = max(depth, depths[index] ?? 0)
            if packet.isKey, !packet.isDiscarded, let time = packet.time {
                let entry = Entry(packet: index, time: time, latestBefore: latest, reorderDepth: depth)
                if index == 0 { entries[0] = entry } else { entries.append(entry) }
            }
            if !packet.isDiscarded, let time = packet.time { latest = max(latest, time) }
        }
        return entries
    }
}
