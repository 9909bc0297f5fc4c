/// The order in which a decoder that runs from the start of a file gives its frames, told from the packets.
struct OutputOrder: Sendable {
    /// Times of the shown packets in output order.
    private(set) var times: [Int64] = []
    /// Packet → reorder depth that the decoder has learnt by then, for each packet where it grows.
    private(set) var learntDepths: [Int: Int] = [:]

    /// A window no decoder exceeds: H.264 and HEVC hold at most 16 pictures.
    static let largestDepth = 16

    init(packets: [IndexedPacket], codec: CodecBehaviour, initialDepth: Int) {
        guard packets.contains(where: { $0.time != nil }) else {
            times = Self.countedTimes(packets)
            return
        }
        let depth = codec.learnsReorderDepth ? max(0, initialDepth) : codec.reorders ? Self.largestDepth : 0
        var waiting = ReorderWindow(depth: depth, learns: codec.learnsReorderDepth, limit: Self.largestDepth)
        var lastDTS = Int64.min
        times.reserveCapacity(packets.count)
        for (index, packet) in packets.enumerated() {
            if let dts = packet.dts {
                // A new piece: what went before comes out first.
                if dts < lastDTS { waiting.drain(into: &times) }
                lastDTS = dts
            }
            guard !packet.isDiscarded, let time = packet.time else { continue }
            let before = waiting.depth
            waiting.push(time, into: &times)
            if waiting.depth != before { learntDepths[index] = waiting.depth }
        }
        waiting.drain(into: &times)
    }

    /// Times for streams without any (raw ones): one frame behind the other, as `FrameSource` counts them.
    private static func countedTimes(_ packets: [IndexedPacket]) -> [Int64] {
        var time: Int64 = 0
        return packets.map { packet in
            defer { time = StreamClock.end(of: time, duration: packet.duration) }
            return time
        }
    }

    /// Positions in `times` before which ranges may be cut, ascending, 0 left out: all times before are earlier, all behind are not.
    func cuts() -> [Int] {
        var earliestBehind = times
        for index in earliestBehind.indices.dropLast().reversed() {
            earliestBehind[index] = min(earliestBehind[index], earliestBehind[index + 1])
        }
        var cuts: [Int] = []
        var latest = Int64.min
        for (index, time) in times.enumerated() {
            if index > 0 && latest < earliestBehind[index] && time == earliestBehind[index] { cuts.append(index) }
            latest = max(latest, time)
        }
        return cuts
    }
}

/// A decoder's output queue: holds `depth` times back and gives the earliest when one more arrives.
private struct ReorderWindow {
    private(set) var depth: Int
    let learns: Bool
    let limit: Int
    private var waiting: [Int64] = []
    private var last = Int64.min

    init(depth: Int, learns: Bool, limit: Int) {
        self.depth = min(depth, limit)
        self.learns = learns
        self.limit = limit
    }

    mutating func push(_ time: Int64, into times: inout [Int64]) {
        let place = waiting.firstIndex { $0 > time } ?? waiting.endIndex
        waiting.insert(time, at: place)
        guard waiting.count > depth else { return }
        let next = waiting.removeFirst()
        // Too late: the decoder notices and waits longer from now on.
        if learns && next < last && depth < limit { depth += 1 }
        last = next
        times.append(next)
    }

    mutating func drain(into times: inout [Int64]) {
        times += waiting
        waiting = []
        last = .min
    }
}
