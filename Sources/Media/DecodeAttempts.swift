/// The places from which decoding a range is tried, the nearest first, the start of the file last.
struct DecodeAttempts {
    private let path: String
    private let range: FrameRange
    private let index: KeyframeIndex?
    /// Positions in the index's entries.
    private let candidates: [Int]
    private var current = 0
    private var maySeek = true
    /// Number of the last packet, in decode order, of a frame in the range.
    let lastPacketOfRange: Int

    init(path: String, range: FrameRange) throws(FFmpegError) {
        self.path = path
        self.range = range
        guard range.startPTS != .min || range.endPTS != .max else {
            (index, candidates, lastPacketOfRange) = (nil, [0], .max)
            return
        }
        let index = try KeyframeIndex.cached(path: path)
        self.index = index
        candidates = range.startPTS == .min ? [0] : index.candidates(for: range.startPTS)
        lastPacketOfRange = index.packets.lastIndex { $0.time.map(range.contains) ?? false } ?? -1
    }

    /// Whether the present attempt decodes from the start of the file, and so is right by definition.
    var isAtStart: Bool { candidates[current] == 0 }

    func open(_ damage: DamageLog) throws(FFmpegError) -> FrameSource {
        guard let index, !isAtStart else {
            return try FrameSource(reader: PacketReader(path: path, index: index), reorderDepth: 0, damage: damage)
        }
        let entry = index.entries[candidates[current]]
        let reader = try PacketReader(path: path, index: index, from: entry.packet, maySeek: maySeek)
        return try FrameSource(reader: reader, reorderDepth: entry.reorderDepth, damage: damage)
    }

    /// The same place once more, without trusting the container's seek.
    mutating func distrustSeeking() { maySeek = false }

    mutating func moveEarlier() { current = min(current + 1, candidates.count - 1) }

    mutating func moveToStart() { current = candidates.count - 1 }

    /// Whether `frame` is the keyframe at which this attempt started.
    func isAnchor(_ frame: VideoFrame) -> Bool {
        guard let index else { return true }
        // With guessed times, a keyframe comes out under another time than its packet's.
        return index.access == .guessed
            ? frame.isWholeKeyframe : frame.pts == index.entries[candidates[current]].time
    }
}
