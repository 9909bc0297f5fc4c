/// Decodes the frames of one range of a video, with one thread, so that damaged streams decode the same way every time.
///
/// The readers of all ranges of `KeyframeIndex.batches` together give the very frames of one reader over `FrameRange.everything`.
package final class VideoReader {
    package let info: VideoInfo
    package let range: FrameRange
    /// Damage met so far in the range. Decoding goes on behind it.
    package var decodeErrors: [DecodeError] { damage.errors }

    private let damage: DamageLog
    private var attempts: DecodeAttempts
    private var source: FrameSource
    /// Frames given so far.
    private var given = 0
    /// Frames of the range to leave out because an earlier attempt gave them.
    private var toSkip = 0
    /// Whether the keyframe that decoding started with has come out whole, so that what follows is what a decoder running from
    /// the start of the file would give.
    private var isAnchored: Bool
    private var isAtEnd = false

    /// Opens the file and, where the range does not start at the beginning, finds the place to decode from.
    package init(path: String, range: FrameRange = .everything) throws(FFmpegError) {
        self.range = range
        damage = DamageLog(range: range)
        attempts = try DecodeAttempts(path: path, range: range)
        source = try attempts.open(damage)
        info = VideoInfo(source.reader.stream, in: source.reader.demuxer)
        isAnchored = attempts.isAtStart
    }

    /// The next frame of the range in presentation order; nil at the end.
    package func nextFrame() throws(FFmpegError) -> VideoFrame? {
        while !isAtEnd {
            let output = try source.next()
            guard isSound(output) else {
                try startEarlier(output)
                continue
            }
            guard case .frame(let frame) = output, !isBehindRange(frame) else { break }
            guard range.contains(frame.pts) else { continue }
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

    /// Whether decoding from the present place gives what decoding from the start of the file gives, as far as seen.
    private func isSound(_ output: FrameSource.Output) -> Bool {
        if case .drifted = output { return false }
        guard !attempts.isAtStart else { return true }
        if source.isFirstPacketDamaged || source.hasLearntReorderDepth { return false }
        guard !isAnchored else { return true }
        guard case .frame(let frame) = output else { return false }
        guard attempts.isAnchor(frame) else { return frame.pts < range.startPTS }
        isAnchored = frame.isWholeKeyframe
        return isAnchored
    }

    private func startEarlier(_ output: FrameSource.Output) throws(FFmpegError) {
        if case .drifted = output {
            attempts.distrustSeeking()
        } else if isAnchored {
            // Frames may have come out in another order than they should; only the start of the file makes sure.
            attempts.moveToStart()
        } else {
            attempts.moveEarlier()
        }
        damage.clear()
        source = try attempts.open(damage)
        toSkip = given
        isAnchored = attempts.isAtStart
    }

    /// Whether no more frames of the range can come: one from behind it is out, and all packets of the range are in.
    private func isBehindRange(_ frame: VideoFrame) -> Bool {
        range.endPTS != .max && frame.pts >= range.endPTS && source.nextPacket > attempts.lastPacketOfRange
    }
}
