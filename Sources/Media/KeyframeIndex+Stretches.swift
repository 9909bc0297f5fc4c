/// Where decoding begins for a range.
package enum DecodingPlace: Sendable, Hashable {
    /// The last keyframe from which the range's stretch is exact.
    ///
    /// All ranges that begin in a stretch are decoded from the same place. So one decoder can read one after the other and decodes nothing twice;
    /// and each has the same frames as when another decoder reads it alone, on silently damaged streams, too, where frames depend on the
    /// place where decoding began.
    case stretch
    /// The last keyframe from which the range is exact: for ranges with gaps between them.
    case nearest
}

/// Stretches: pieces of a video that are decoded from one place.
extension KeyframeIndex {
    /// Frames of a stretch, at most, as far as that is exact. A stretch costs decoding its keyframe once more, and a range that is read
    /// alone costs what is before it in its stretch.
    private static let stretchFrames = 256
    /// Where times are missing, decoding starts a group of pictures earlier and ends later.
    private static let guessedStretchFrames = 512

    /// Times of the first frames of the stretches, ascending; the first stretch begins at `.min`.
    static func stretchStarts(order: OutputOrder, entries: [Entry], access: Access) -> [Int64] {
        let cutter = FrameCutter(order: order, entries: entries)
        let frames = access == .guessed ? guessedStretchFrames : stretchFrames
        return [.min] + cutter.stretchStarts(maximumFrames: frames).map { order.times[$0] }
    }

    /// Positions in `entries` from which to try to decode a range that starts at `time`: the nearest, then ever earlier ones, at last the start.
    func candidates(for time: Int64, from place: DecodingPlace) -> [Int] {
        let start = place == .nearest ? time : stretchStarts.last(notAfter: time) ?? .min
        guard start != .min else { return [0] }
        let last = entries.lastIndex { $0.time <= start && $0.latestBefore < start } ?? 0
        // With guessed times, leading pictures of a keyframe come out under later times than its own packet's.
        var position = access == .guessed ? last - 1 : last
        var candidates: [Int] = []
        var step = 1
        while position > 0 {
            candidates.append(position)
            position -= step
            step *= 2
        }
        return candidates + [0]
    }

    /// The stretches as positions in `order.times`.
    var stretches: [Range<Int>] {
        var starts = [0]
        for (position, time) in order.times.enumerated() where starts.count < stretchStarts.count {
            if position > 0, time == stretchStarts[starts.count] { starts.append(position) }
        }
        return zip(starts, starts.dropFirst() + [order.times.count]).map { $0..<$1 }
    }
}
