extension KeyframeIndex {
    /// Ranges of at most `maximumFrames` shown packets (at least 1), ascending, contiguous, open at both ends; never empty.
    ///
    /// They are parts of one stretch (see `stretchStarts`), cut at keyframes where one is near, or several whole ones. A range is longer only where
    /// nothing shorter is exact: times that cannot be trusted, at worst one range for all.
    package func batches(maximumFrames: Int) -> [FrameRange] {
        let cutter = FrameCutter(order: order, entries: entries)
        let limit = max(1, maximumFrames)
        var boundaries: [Int] = []
        var start = 0
        var isDivided = false
        for stretch in stretches {
            if stretch.lowerBound > 0, isDivided || stretch.upperBound - start > limit {
                start = stretch.lowerBound
                boundaries.append(start)
            }
            let pieces = cutter.pieces(of: stretch, maximumFrames: limit)
            boundaries += pieces
            isDivided = !pieces.isEmpty
        }
        let times = boundaries.map { order.times[$0] }
        return zip([.min] + times, times + [.max]).map { FrameRange(startPTS: $0, endPTS: $1) }
    }
}
