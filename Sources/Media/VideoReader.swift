/// Decodes the frames of one range of a video, with one thread, so that damaged streams decode the same way every time.
///
/// The readers of all ranges of `KeyframeIndex.batches` together give the very frames of one reader over `FrameRange.everything`.
package final class VideoReader {
    package let info: VideoInfo
    package let range: FrameRange
    /// Damage met so far in the range. Decoding goes on behind it.
    package var decodeErrors: [DecodeError] { damage.errors }

    /// Packets decoded since decoding began anew the last time.
    var packetsDecoded: Int { source.packetsSent }

    private let damage: DamageLog
    private var attempts: DecodeAttempts
    private var source: FrameSource
    private var lookahead: FrameLookahead
    /// Frames given so far.
    private var given = 0
    /// Frames of the range that the present attempt brought.
    private var seen = 0
    /// Frames of the range to leave out because an earlier attempt gave them.
    private var toSkip = 0
    /// Whether the keyframe that decoding started with has come out whole, so that what follows is what a decoder running from
    /// the start of the file would give.
    private var isAnchored = false
    private var isAtEnd = false

    /// Opens the file and, where the range does not start at the beginning, finds the place to decode from.
    /// - Parameter previous: the reader of an earlier range of the file, read to its end and of no further use. Its decoder goes on with this range
    ///   where that gives the same frames.
    package init(
        path: String, range: FrameRange = .everything, from place: DecodingPlace = .stretch,
        after previous: VideoReader? = nil
    ) throws(FFmpegError) {
        self.range = range
        attempts = try DecodeAttempts(path: path, range: range, from: place)
        damage = DamageLog(range: range, relevantTime: attempts.relevantTime)
        if let previous, previous.canGoOn(with: attempts, path) {
            (source, lookahead, isAnchored) = (previous.source, previous.lookahead, previous.isAnchored)
            lookahead.handOver()
            damage.noteAll(of: previous.damage)
            source.damage = damage
            attempts.goOn(from: previous.attempts)
            attempts.pause(source)
        } else {
            previous?.closeIfDone()
            (source, lookahead) = (try attempts.open(damage), FrameLookahead())
        }
        info = source.reader.video.info
    }

    private func closeIfDone() {
        if isAtEnd { source.reader.close() }
    }

    /// Whether the decoder that read this range can go on with another one.
    private func canGoOn(with next: DecodeAttempts, _ path: String) -> Bool {
        isAtEnd && lookahead.isComplete && attempts.canGoOn(with: next, damage)
            && source.reader.isStill(path)
    }

    /// The next frame of the range in presentation order; nil at the end.
    package func nextFrame() throws(FFmpegError) -> VideoFrame? {
        while !isAtEnd {
            let output = try lookahead.next(of: source)
            if let flaw = flaw(in: output) {
                try startAgain(flaw)
                continue
            }
            if case .paused = output, goesOnBehindRange() { continue }
            guard case .frame(let frame) = output else { break }
            if range.endPTS != .max, frame.pts >= range.endPTS { lookahead.keep(frame) }
            guard !isBehindRange(frame) else { break }
            guard range.contains(frame.pts) else { continue }
            seen += 1
            guard toSkip == 0 else {
                toSkip -= 1
                continue
            }
            given += 1
            return frame
        }
        isAtEnd = true
        return nil
    }

    /// All packets of the range are decoded. Whether to go on, since frames of it may still come.
    private func goesOnBehindRange() -> Bool {
        let extent = attempts.extent
        guard seen < extent.shown else { return false }
        let isBehind = source.nextPacket > extent.lastPacket + 1
        if attempts.emptiesAtEnd || (isBehind && attempts.mayBeEmptied) {
            source.drain()
        } else if !isBehind {
            // One packet more: it may be the second field of the last picture.
            source.pause(before: extent.lastPacket + 2)
        }
        return true
    }

    /// Why decoding from the present place does not give what decoding from the start of the file gives; nil where it does, as far as seen.
    private func flaw(in output: FrameSource.Output) -> DecodeAttempts.Flaw? {
        if case .drifted = output { return .drift }
        if case .end = output, isAnchored || attempts.isAtStart, !damage.touchesRange, attempts.isLoss(seen) {
            return .loss
        }
        guard !attempts.isAtStart, !attempts.acceptsDamage else { return nil }
        if source.isFirstPacketDamaged { return .noAnchor }
        if source.hasLearntReorderDepth { return .order }
        if damage.touchesRange { return .damage }
        guard !isAnchored else { return nil }
        if case .paused = output { return nil }
        guard case .frame(let frame) = output else { return .noAnchor }
        guard attempts.isAnchor(frame) else { return frame.pts < range.startPTS ? nil : .noAnchor }
        // Guessed times may bring the keyframe out behind the start of the range, and frames before it not at all.
        isAnchored = frame.isWholeKeyframe && frame.pts <= range.startPTS
        return isAnchored ? nil : .noAnchor
    }

    private func startAgain(_ flaw: DecodeAttempts.Flaw) throws(FFmpegError) {
        attempts.retreat(from: flaw)
        damage.clear()
        (source, lookahead) = (try attempts.open(damage), FrameLookahead())
        (seen, toSkip, isAnchored) = (0, given, false)
    }

    /// Whether no more frames of the range can come: one from behind it is out, and all packets of the range are in.
    private func isBehindRange(_ frame: VideoFrame) -> Bool {
        guard range.endPTS != .max, frame.pts >= range.endPTS else { return false }
        let isComplete = seen >= attempts.extent.shown && !damage.touchesRange
        return lookahead.nextPacket > attempts.extent.lastPacket + (isComplete ? 0 : attempts.runOut)
    }
}
