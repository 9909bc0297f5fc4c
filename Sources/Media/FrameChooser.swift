/// Which of a video's frames a selection chooses, told from its packets.
struct FrameChooser: Sendable {
    /// Why a frame is not chosen.
    enum Omission: Sendable, Hashable {
        case excerpt
        case keyframe
        case interval

        /// For the ledger.
        var reason: String {
            switch self {
            case .excerpt: "outside of the chosen time"
            case .keyframe: "not a keyframe"
            case .interval: "between chosen frames"
            }
        }
    }

    /// Times of all shown packets, ascending, each once, in ticks of the stream's time base.
    let times: [Int64]
    /// For each time why its frame is not chosen; nil where it is.
    let omissions: [Omission?]
    /// Times at which decoding can start anew, ascending; empty where it always runs from the start of the file.
    private let entries: [Int64]

    init(_ selection: FrameSelection, index: KeyframeIndex, info: VideoInfo) {
        var times = index.order.times.sorted()
        times = times.enumerated().filter { $0.offset == 0 || times[$0.offset - 1] != $0.element }.map(\.element)
        let keyframes = Set(index.packets.lazy.filter { $0.isKey }.compactMap(\.time))
        var counter = IntervalCounter(selection.interval)
        omissions = times.enumerated().map { position, time in
            let seconds = info.seconds(at: time) - info.fileStart
            guard seconds >= selection.from ?? -.infinity, seconds < selection.to ?? .infinity else { return .excerpt }
            guard !selection.keyframesOnly || keyframes.contains(time) || (keyframes.isEmpty && position == 0)
            else { return .keyframe }
            return counter.takes(seconds) ? nil : .interval
        }
        self.times = times
        entries = index.seekable ? index.entries.map(\.time).sorted() : []
    }

    /// Positions in `times` of what lies in `range`.
    func positions(in range: FrameRange) -> Range<Int> {
        let start = times.firstPosition(notBelow: range.startPTS)
        return start..<max(start, range.endPTS == .max ? times.count : times.firstPosition(notBelow: range.endPTS))
    }

    /// Position of the last time that is not behind `pts`. A frame whose time was guessed may lie between two times.
    func position(of pts: Int64) -> Int { max(0, times.firstPosition(above: pts) - 1) }

    /// Whether the frame that a decoder gave the time `pts` is chosen.
    func isChosen(_ pts: Int64) -> Bool { !times.isEmpty && omissions[position(of: pts)] == nil }

    /// Ticks until the next chosen frame; of the last one, until the excerpt or the video ends.
    func duration(of frame: VideoFrame) -> Int64 {
        let rest = (position(of: frame.pts) + 1)..<max(times.count, position(of: frame.pts) + 1)
        if let next = rest.first(where: { omissions[$0] == nil }) { return times[next] - frame.pts }
        let last = rest.last { omissions[$0] != .excerpt }
        return frame.duration + max(0, (last.map { times[$0] } ?? frame.pts) - frame.pts)
    }

    /// The stretches of `range` to decode, ascending: from one chosen frame to another where all between has to be decoded anyhow, or is
    /// little.
    func stretches(in range: FrameRange) -> [FrameRange] {
        var stretches: [FrameRange] = []
        var last: Int?
        for position in positions(in: range) where omissions[position] == nil {
            let end = position + 1 < times.count ? min(times[position + 1], range.endPTS) : range.endPTS
            if let previous = last, !isWorthSeeking(from: previous, to: position) {
                stretches[stretches.count - 1].endPTS = end
            } else {
                let start = position == 0 ? range.startPTS : max(times[position], range.startPTS)
                stretches.append(FrameRange(startPTS: start, endPTS: end))
            }
            last = position
        }
        return stretches
    }

    /// Opening a file once more and seeking cost about as much as decoding so many frames.
    private static let framesPerSeek = 24

    private func isWorthSeeking(from start: Int, to end: Int) -> Bool {
        guard end - start > Self.framesPerSeek else { return false }
        return entries.last(notAfter: times[end]).map { $0 >= times[start + Self.framesPerSeek] } ?? false
    }
}

/// Takes one of so many, or one each so often.
private struct IntervalCounter {
    private let interval: FrameSelection.Interval
    private var count = 0
    /// Seconds of the first one, and multiples of the interval that are over.
    private var first: Double?
    private var next = 0.0

    init(_ interval: FrameSelection.Interval) { self.interval = interval }

    mutating func takes(_ seconds: Double) -> Bool {
        switch interval {
        case .everyFrame: return true
        case .frames(let step):
            defer { count += 1 }
            return count % step == 0
        case .seconds(let length):
            let elapsed = seconds - (first ?? seconds)
            first = first ?? seconds
            // Times are sums of ticks: a frame that is due is not to be missed by a rounding.
            guard elapsed + length * 1e-9 >= next * length else { return false }
            next = (elapsed / length + 1e-9).rounded(.down) + 1
            return true
        }
    }
}

extension FrameSelection {
    /// How many frames of a video it chooses, as far as its packets tell.
    package func count(in index: KeyframeIndex, _ info: VideoInfo) -> Int {
        FrameChooser(self, index: index, info: info).omissions.count { $0 == nil }
    }
}
