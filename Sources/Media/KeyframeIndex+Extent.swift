/// The packets that hold the frames of a range.
struct RangeExtent: Sendable, Hashable {
    /// Number of the last one in decode order; -1 where there is none.
    var lastPacket = -1
    /// Those that are shown: so many frames at most, hidden ones and pairs of fields not counted.
    var shown = 0
    /// Whether a decoder that is emptied behind the last one gives all frames of the range and no others: the next packet is a keyframe where
    /// all that is shown before it has been decoded.
    var isClosed = false

    static let everything = RangeExtent(lastPacket: .max, shown: .max)
}

extension KeyframeIndex {
    /// Where the frames of `range` are.
    func extent(of range: FrameRange) -> RangeExtent {
        let start = timeline.times.firstPosition(notBelow: range.startPTS)
        let end = range.endPTS == .max ? timeline.times.count : timeline.times.firstPosition(notBelow: range.endPTS)
        guard start < end else { return RangeExtent() }
        let numbers = timeline.packets[start..<end]
        let last = numbers.max() ?? -1
        return RangeExtent(
            lastPacket: last, shown: numbers.count { !packets[$0].isDiscarded },
            isClosed: access == .exact && !mayHoldFields && isClosed(before: last + 1, range.endPTS))
    }

    private func isClosed(before packet: Int, _ end: Int64) -> Bool {
        let place = entries.partitioningIndex { $0.packet >= packet }
        guard place < entries.count, entries[place].packet == packet else { return false }
        return entries[place].time >= end && entries[place].latestBefore < end
    }
}

extension Array {
    /// Position of the first element for which `isBehind` holds; it holds for all that follow one for which it does.
    fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
