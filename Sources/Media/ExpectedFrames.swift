/// The frames of one range of a video as its packets announce them, without decoding.
package struct ExpectedFrames: Sendable, Hashable, Codable {
    /// One frame: its time in ticks of the stream's time base, and why it is not looked at; nil where it is chosen.
    package struct Frame: Sendable, Hashable, Codable {
        package let pts: Int64
        package let omission: String?
    }

    /// Ascending by time.
    package let frames: [Frame]
    /// Times inside the range before which it may be cut, ascending.
    private let cuts: [Int64]
    private let range: FrameRange

    /// Reads the file at `path` by demuxing, or knows it from before.
    package init(path: String, range: FrameRange, selection: FrameSelection) throws(FFmpegError) {
        let index = try KeyframeIndex.cached(path: path)
        let chooser = try FrameChoosers(selection).choice(for: path)?.chooser
        let times = (chooser?.times ?? index.sortedPTS).filter(range.contains)
        frames = times.map { pts in
            Frame(pts: pts, omission: chooser.flatMap { $0.omissions[$0.position(of: pts)]?.reason })
        }
        cuts = index.order.cuts().map { index.order.times[$0] }.filter { $0 > range.startPTS && range.contains($0) }
        self.range = range
    }

    /// Frames to be looked at.
    package var chosenCount: Int { frames.count { $0.omission == nil } }

    /// Two ranges that make up this one, with the chosen frames in each: about half of them, at least one. None where there is no place to
    /// cut the range so.
    package var halves: [(range: FrameRange, chosen: Int)] {
        let chosen = frames.filter { $0.omission == nil }.map(\.pts)
        let places = cuts.map { (time: $0, before: chosen.firstPosition(notBelow: $0)) }
            .filter { (1..<max(1, chosen.count)).contains($0.before) }
        let middle = places.min { abs(2 * $0.before - chosen.count) < abs(2 * $1.before - chosen.count) }
        guard let middle else { return [] }
        return [
            (FrameRange(startPTS: range.startPTS, endPTS: middle.time), middle.before),
            (FrameRange(startPTS: middle.time, endPTS: range.endPTS), chosen.count - middle.before),
        ]
    }
}
