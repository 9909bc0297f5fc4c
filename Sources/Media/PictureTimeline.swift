import CFFmpeg

/// Decode times for a joined picture track.
///
/// Each segment's encoder counted its own decode times; joined, they would overlap at the seams. Over the whole track they follow
/// from the presentation times: packet i is decoded at the time of the frame that is `delay` places earlier in presentation order,
/// where `delay` is the smallest number that keeps every decode time at or before its presentation time.
struct PictureTimeline {
    /// Presentation times in decode order.
    private let times: [Int64]
    /// The same, ascending.
    private let sorted: [Int64]
    private let delay: Int
    /// Ticks for which the last frame is shown.
    private let lastDuration: Int64
    /// Rank of each packet's time in `sorted`.
    private let ranks: [Int]

    /// `times`: presentation times in decode order, each once. `lastDuration` 0: as long as the frame before, at least `nominalDuration`.
    init(times: [Int64], lastDuration: Int64, nominalDuration: Int64) {
        self.times = times
        let order = times.indices.sorted { times[$0] < times[$1] }
        var ranks = [Int](repeating: 0, count: times.count)
        for (rank, index) in order.enumerated() { ranks[index] = rank }
        self.ranks = ranks
        let sorted = order.map { times[$0] }
        self.sorted = sorted
        delay = zip(times.indices, ranks).map { $0 - $1 }.max() ?? 0
        let before = sorted.count > 1 ? sorted[sorted.count - 1] - sorted[sorted.count - 2] : nominalDuration
        self.lastDuration = max(1, lastDuration > 0 ? lastDuration : before)
    }

    var count: Int { times.count }
    var first: Int64? { sorted.first }
    var end: Int64? { sorted.last.map { $0 + lastDuration } }

    func pts(_ index: Int) -> Int64 { times[index] }

    func dts(_ index: Int) -> Int64 {
        guard index < delay else { return sorted[index - delay] }
        return sorted[0] - av_rescale_rnd(lead, Int64(delay - index), Int64(delay), AV_ROUND_ZERO)
    }

    /// From the first decode time to the first presentation time. Any time does that leaves room for `delay` ticks; this one makes the decode
    /// times take as long as the presentation, which is what MP4 adds up as the length of the track.
    private var lead: Int64 {
        guard let end, delay < count else { return Int64(delay) }
        return max(Int64(delay), end - sorted[count - 1 - delay] - duration(count - 1))
    }

    /// Ticks until the next frame is shown.
    func duration(_ index: Int) -> Int64 {
        let rank = ranks[index]
        return rank + 1 < sorted.count ? sorted[rank + 1] - sorted[rank] : lastDuration
    }
}
