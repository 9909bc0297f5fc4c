extension KeyframeIndex {
    /// Ranges of at most `maximumFrames` shown packets (at least 1), ascending, contiguous, open at both ends; never empty.
    ///
    /// Boundaries are keyframes where one is near, else lie inside a group of pictures. A range is longer only where nothing shorter is exact (times
    /// that cannot be trusted: at worst one range for all) and where a group of pictures is so long that finer pieces
    /// would decode it more than eight times over: a group is cut into 15 pieces at most.
    package func batches(maximumFrames: Int) -> [FrameRange] {
        let boundaries = BatchCutter(self, maximumFrames: max(1, maximumFrames)).boundaries()
        return zip([.min] + boundaries, boundaries + [.max]).map { FrameRange(startPTS: $0, endPTS: $1) }
    }
}

/// Cuts the frames of a video into ranges.
private struct BatchCutter {
    let times: [Int64]
    let maximumFrames: Int
    /// Positions in `times` before which a cut is exact, ascending.
    let cuts: [Int]
    /// Those of them that are keyframes, ascending.
    let keyframeCuts: [Int]

    /// Piece k of a group decodes k pieces: n pieces cost (n + 1) / 2 times the group.
    private static let mostPieces = 15

    init(_ index: KeyframeIndex, maximumFrames: Int) {
        self.maximumFrames = maximumFrames
        let (times, cuts) = (index.order.times, index.order.cuts())
        let keyframes = Set(index.entries.map(\.time))
        self.times = times
        self.cuts = cuts
        keyframeCuts = cuts.filter { keyframes.contains(times[$0]) }
    }

    func boundaries() -> [Int64] {
        var boundaries: [Int64] = []
        var start = 0
        while let cut = nextCut(after: start) {
            boundaries.append(times[cut])
            start = cut
        }
        return boundaries
    }

    private func nextCut(after start: Int) -> Int? {
        let limit = start + max(maximumFrames, shortestPiece(at: start))
        guard limit < times.count else { return nil }
        // A keyframe in the second half beats a fuller range.
        if let keyframe = keyframeCuts.last(notAfter: limit), keyframe > start + maximumFrames / 2 { return keyframe }
        if let cut = cuts.last(notAfter: limit), cut > start { return cut }
        return cuts.first(after: limit)
    }

    private func shortestPiece(at start: Int) -> Int {
        let groupStart = keyframeCuts.last(notAfter: start) ?? 0
        let groupEnd = keyframeCuts.first(after: start) ?? times.count
        return (groupEnd - groupStart + Self.mostPieces - 1) / Self.mostPieces
    }
}
