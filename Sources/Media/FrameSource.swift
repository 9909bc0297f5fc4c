import CFFmpeg

/// Decodes a video's stream from one packet on and gives every frame its time.
final class FrameSource {
    let reader: PacketReader
    private let decoder: Decoder
    /// What is wrong with the stream goes there.
    var damage: DamageLog
    private var isDraining = false
    private var isAtEnd = false
    /// Failures since a packet went in: a decoder that fails for ever must not hang us.
    private var failuresInARow = 0
    private static let mostFailuresInARow = 1000
    /// Time and length of the frame before.
    private var last: (pts: Int64, duration: Int64)?
    /// The packet that went in last.
    private var lastSent: (pts: Int64?, position: Int64?)
    /// Packets that went into the decoder.
    private(set) var packetsSent = 0
    /// Reorder depth once the first packet was decoded.
    private var depthAtStart = Int32.max
    /// Before this packet is decoded, `next` says so, once, unless the decoder has complained: damage may keep frames back.
    private var pausePacket = Int.max
    /// Of pictures shown before this time only those are decoded that others depend on.
    private var firstWantedTime = Int64.min
    /// Whether the decoder complained while it worked on the first packet.
    private(set) var isFirstPacketDamaged = false

    /// What came out of the decoder.
    enum Output {
        case frame(VideoFrame)
        case end
        /// After the seek the file reads otherwise than from its start.
        case drifted
        /// The packets before the one named by `pause(before:)` have been decoded, and all that came of them is out.
        case paused
    }

    init(reader: PacketReader, reorderDepth: Int, damage: DamageLog) throws(FFmpegError) {
        self.reader = reader
        self.damage = damage
        decoder = try reader.video.decoder()
        decoder.raiseReorderDepth(to: reorderDepth)
        // Complaints about the place to which a seek led are none about the file.
        if reader.hasSought { _ = reader.video.demuxer.takeMessages() }
    }

    /// Number of the next packet that goes into the decoder.
    var nextPacket: Int { reader.next }
    /// Whether the decoder had to learn that frames come in a wider order than it knew at the start.
    var hasLearntReorderDepth: Bool { decoder.context.pointee.has_b_frames > depthAtStart }

    func next() throws(FFmpegError) -> Output {
        while !isAtEnd {
            switch decoder.receive() {
            case .frame(let box):
                noteMessages()
                return .frame(timed(box))
            case .ended:
                noteMessages()
                isAtEnd = true
            case .failed(let status):
                noteMessages(status)
                failuresInARow += 1
                if failuresInARow > Self.mostFailuresInARow { isAtEnd = true }
            case .needsPacket:
                if isDraining {
                    isAtEnd = true
                } else if reader.next >= pausePacket && !damage.touchesRange {
                    pausePacket = .max
                    return .paused
                } else if try !feed() {
                    return .drifted
                }
            }
        }
        return .end
    }

    /// Hands the next packet in; false where the reader has drifted.
    private func feed() throws(FFmpegError) -> Bool {
        defer { noteContainerMessages() }
        do {
            switch try reader.read() {
            case .packet(let packet): send(packet)
            case .end: drain()
            case .drifted: return false
            }
        } catch  where error.isInterruption {
            throw error
        } catch {
            // A file that cannot be read further ends here, and says so; the frames up to here count.
            damage.note(DecodeError(pts: nil, reason: error.reason))
            drain()
        }
        return true
    }

    /// Makes `next` stop once before packet number `packet` is decoded.
    func pause(before packet: Int) { pausePacket = packet }

    /// Spares decoding pictures before `time` that no others depend on.
    func skipUnreferenced(before time: Int64) { firstWantedTime = time }

    /// Decodes no further packet: what the decoder holds comes out, then the end.
    func drain() {
        isDraining = true
        _ = decoder.send(nil)
    }

    private func send(_ packet: Packet) {
        // An empty packet would be taken for the end of the stream.
        guard packet.size > 0 else { return }
        let position = packet.pointer.pointee.pos
        lastSent = (packet.pts ?? packet.dts, position >= 0 ? position : nil)
        decoder.skipsUnreferenced = (packet.pts ?? .max) < firstWantedTime
        let status = decoder.send(packet)
        packetsSent += 1
        failuresInARow = 0
        let isDamaged = noteMessages(status)
        guard packetsSent == 1 else { return }
        isFirstPacketDamaged = isDamaged
        depthAtStart = decoder.context.pointee.has_b_frames
    }

    /// Notes what the decoder complained of; true where it did.
    @discardableResult
    private func noteMessages(_ status: Int32 = 0) -> Bool {
        let messages = decoder.takeMessages()
        guard status < 0 || !messages.isEmpty else { return false }
        let reason = messages.first ?? FFmpegError.text(of: status)
        damage.note(DecodeError(pts: lastSent.pts, position: lastSent.position, reason: reason))
        return true
    }

    private func noteContainerMessages() {
        guard let reason = reader.video.demuxer.takeMessages().first else { return }
        damage.note(DecodeError(pts: lastSent.pts, position: lastSent.position, reason: reason))
    }

    /// The stream's own time comes first. FFmpeg's "best effort" turns to decode times for good once it has met a doubtful
    /// time, and so depends on what was decoded before.
    private func timed(_ box: AVFrameBox) -> VideoFrame {
        let frame = box.pointer.pointee
        let known = StreamClock.time(frame.pts) ?? StreamClock.time(frame.pkt_dts)
        let guess = last.map { StreamClock.end(of: $0.pts, duration: $0.duration) } ?? 0
        let result = VideoFrame(box, pts: known ?? guess)
        last = (result.pts, result.duration)
        return result
    }
}
