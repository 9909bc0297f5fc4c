import Synchronization

/// The places from which decoding a range is tried, the nearest first, the start of the file last.
struct DecodeAttempts {
    private let path: String
    private let range: FrameRange
    private let index: KeyframeIndex?
    /// Positions in the index's entries.
    private let candidates: [Int]
    private var current = 0
    private var maySeek = true
    private var wasDamaged = false
    private var isTriedAfterLoss = false
    /// Whether the present place was chosen for a reason that a range that starts or ends elsewhere may not have.
    private var isForThisRange = false
    /// Whether the decoder is emptied where the range is closed.
    private(set) var emptiesAtEnd: Bool
    /// Whether what follows the range is decoded from another place.
    private let isLastFromHere: Bool
    /// Whether damage is taken as it comes: it is there however early decoding starts.
    private(set) var acceptsDamage = false
    /// The packets of the range's frames.
    let extent: RangeExtent
    /// Packets to decode behind a range that is short of frames: damage, or a stream whose times and order disagree, may keep them back.
    let runOut: Int

    /// Packets to decode before a damaged range. What a decoder makes of damage depends on all that it has decoded before, but on the distant
    /// past hardly; decoding hours of video for each damaged stretch would be worse.
    private static let longestWarmUp = 3000

    /// Why an attempt does not give what decoding from the start of the file gives.
    enum Flaw {
        /// The container reads otherwise after a seek.
        case drift
        /// The keyframe where decoding started did not come out whole.
        case noAnchor
        /// Frames came out in a doubtful order.
        case order
        /// The decoder complained.
        case damage
        /// Fewer frames came out than packets are shown, and the decoder is one that loses frames when it is emptied.
        case loss
    }

    /// Files whose frames were lost when a decoder was emptied behind a closed range, some of them.
    private static let losing = Mutex<Set<String>>([])
    private static let mostLosing = 100

    init(path: String, range: FrameRange, from place: DecodingPlace) throws(FFmpegError) {
        self.path = path
        self.range = range
        guard range.startPTS != .min || range.endPTS != .max else {
            (index, candidates) = (nil, [0])
            (extent, runOut, emptiesAtEnd, isLastFromHere) = (.everything, 0, false, true)
            return
        }
        let index = try KeyframeIndex.cached(path: path)
        self.index = index
        candidates = index.candidates(for: range.startPTS, from: place)
        isLastFromHere =
            place == .nearest || range.endPTS == .max
            || candidates.first != index.candidates(for: range.endPTS, from: place).first
        extent = index.extent(of: range)
        emptiesAtEnd =
            isLastFromHere && extent.isClosed
            && (index.canBeEmptied || !Self.losing.withLock { $0.contains(path) })
        runOut = index.reorders ? OutputOrder.largestDepth : 0
    }

    /// Whether the present attempt decodes from the start of the file, and so is right by definition.
    var isAtStart: Bool { candidates[current] == 0 }

    /// Damage of packets from this time on has a bearing on the range.
    var relevantTime: Int64 { candidates[0] == 0 ? .min : index?.entries[candidates[0]].time ?? .min }

    func open(_ damage: DamageLog) throws(FFmpegError) -> FrameSource {
        guard let index else {
            return try FrameSource(reader: PacketReader(path: path), reorderDepth: 0, damage: damage)
        }
        let entry = isAtStart ? nil : index.entries[candidates[current]]
        let reader = try PacketReader(path: path, index: index, from: entry?.packet ?? 0, maySeek: maySeek)
        let source = try FrameSource(reader: reader, reorderDepth: entry?.reorderDepth ?? 0, damage: damage)
        // Pictures shown before the keyframe where decoding starts are no use without what is before it.
        if let entry, index.access == .exact { source.skipUnreferenced(before: entry.time) }
        pause(source)
        return source
    }

    /// Makes `source` stop once where all packets of the range are decoded.
    func pause(_ source: FrameSource) {
        guard let index, index.access == .exact, range.endPTS != .max else { return }
        source.pause(before: extent.lastPacket + 1)
    }

    /// Whether the decoder may be emptied behind the range: it gives then what it would have given later, and nobody goes on with it.
    var mayBeEmptied: Bool { isLastFromHere && canBeEmptied }

    private var canBeEmptied: Bool { index?.canBeEmptied ?? false }

    /// Whether a decoder that has come through this range may go on with a later one, `next`: whoever reads that alone has to come through this
    /// one, too, and meets the same flaws.
    func canGoOn(with next: DecodeAttempts, _ damage: DamageLog) -> Bool {
        !isLastFromHere && !isForThisRange && candidates.first == next.candidates.first
            && range.endPTS <= next.range.startPTS
            && (damage.isClean || (damage.isComplete && (acceptsDamage || isAtStart)))
    }

    /// Goes on where the reader of an earlier range has come to.
    mutating func goOn(from earlier: DecodeAttempts) {
        current = earlier.current
        maySeek = earlier.maySeek
        wasDamaged = earlier.wasDamaged
        acceptsDamage = earlier.acceptsDamage
    }

    /// Whether it makes sense to try once more where so many frames of the range came before the decoder's end.
    func isLoss(_ frames: Int) -> Bool {
        !canBeEmptied && frames < extent.shown && (emptiesAtEnd || !(isAtStart || isTriedAfterLoss))
    }

    /// Chooses the next place to try.
    mutating func retreat(from flaw: Flaw) {
        let last = candidates.count - 1
        isForThisRange = isForThisRange || flaw == .noAnchor || flaw == .loss
        switch flaw {
        case .drift: maySeek = false
        case .noAnchor: current = min(current + 1, last)
        case .order: current = last
        case .loss where emptiesAtEnd:
            emptiesAtEnd = false
            Self.losing.withLock { if $0.count < Self.mostLosing { $0.insert(path) } }
        case .loss:
            // At the end of the file nothing else is left: a decoder that has seen more groups of pictures loses none.
            isTriedAfterLoss = true
            current = min(current + 1, last)
        case .damage where !wasDamaged:
            // Where a keyframe is followed by frames that look back over it, decoders complain of nothing but the missing past.
            wasDamaged = true
            current = min(current + 1, last)
        case .damage:
            acceptsDamage = true
            current = max(current, candidates.firstIndex(where: isWarmUp) ?? last)
        }
    }

    private func isWarmUp(_ candidate: Int) -> Bool {
        guard let entries = index?.entries else { return true }
        return entries[candidate].packet + Self.longestWarmUp <= entries[candidates[0]].packet
    }

    /// Whether `frame` is the keyframe at which this attempt started.
    func isAnchor(_ frame: VideoFrame) -> Bool {
        guard let index else { return true }
        // With guessed times, a keyframe comes out under another time than its packet's.
        return index.access == .guessed
            ? frame.isWholeKeyframe : frame.pts == index.entries[candidates[current]].time
    }
}
