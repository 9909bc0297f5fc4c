import CFFmpeg

/// Gives the packets of a video's stream in decode order from one packet on, each with the times it has when the file is
/// read from its start: after a seek, demuxers forget what they had learnt about the clock.
final class PacketReader {
    let video: OpenVideo
    private let index: KeyframeIndex?
    private let file: FileIdentity
    /// Whether the file reads as the index says, as far as seen.
    private var isSound = true
    /// Index of the packet to come.
    private(set) var next = 0
    /// Whether packets were left out by seeking rather than by reading over them.
    private(set) var hasSought = false
    /// A packet already read while searching for the first one.
    private var isHeld = false
    private let packet = Packet()

    /// What comes next.
    enum Reading {
        /// Valid until the next call.
        case packet(Packet)
        case end
        /// After the seek the file reads otherwise than from its start.
        case drifted
    }

    /// A reader from packet `first` of `index` on. Seeks there only where `maySeek` and the container proves to lead to that very packet;
    /// otherwise reads from the start and leaves packets out. Without an index: a reader from the start.
    init(path: String, index: KeyframeIndex? = nil, from first: Int = 0, maySeek: Bool = true) throws(FFmpegError) {
        self.index = index
        file = try FileIdentity(path: path)
        (video, hasSought) = try Self.open(path, packet, at: first, of: maySeek ? index : nil)
        if hasSought { (isHeld, next) = (true, first) }
        while next < first, case .packet = try read() {}
    }

    /// The file, and whether `packet` is number `first` of it already; else it is to be read from its start.
    private static func open(
        _ path: String, _ packet: Packet, at first: Int, of index: KeyframeIndex?
    ) throws(FFmpegError) -> (OpenVideo, Bool) {
        // What a file says once, such as a palette, comes with the first packet of one that has just been opened.
        guard let index, first > 0, index.isUnique(index.packets[first]) else {
            return (try OpenVideo(path: path), false)
        }
        if let idle = IdleVideos.take(path), seek(idle, into: packet, to: first, in: index) { return (idle, true) }
        let video = try OpenVideo(path: path)
        return seek(video, into: packet, to: first, in: index) ? (video, true) : (try OpenVideo(path: path), false)
    }

    deinit { close() }

    /// Leaves the file to other readers; nothing is read any more.
    func close() {
        if isSound { IdleVideos.giveBack(video, of: file) }
        isSound = false
    }

    /// Whether the file at `path` is the one that is read.
    func isStill(_ path: String) -> Bool { (try? FileIdentity(path: path)) == file }

    func read() throws(FFmpegError) -> Reading {
        if isHeld {
            isHeld = false
        } else {
            guard try readOn() else { return .end }
        }
        defer { next += 1 }
        guard let index, next < index.packets.count else { return .packet(packet) }
        let known = index.packets[next]
        guard IndexedPacket(packet).isSamePiece(as: known) else {
            isSound = false
            if hasSought { return .drifted }
            throw FFmpegError(
                code: wh_averror_invalid_data(), operation: "read a packet", subject: video.demuxer.path,
                reason: "reads differently from one time to the next; was it changed meanwhile?")
        }
        packet.pointer.pointee.pts = known.pts ?? wh_nopts()
        packet.pointer.pointee.dts = known.dts ?? wh_nopts()
        packet.pointer.pointee.duration = known.duration
        return .packet(packet)
    }

    private func readOn() throws(FFmpegError) -> Bool {
        do {
            return try video.demuxer.read(into: packet)
        } catch {
            isSound = false
            // What is behind the packets that could be listed is known to be missing.
            if error.isInterruption, let index, next >= index.packets.count { return false }
            throw error
        }
    }

    /// Seeks so that `packet` is number `first`; false where the container does not lead there.
    private static func seek(
        _ video: OpenVideo, into packet: Packet, to first: Int, in index: KeyframeIndex
    ) -> Bool {
        let target = index.packets[first]
        return [target.pts, target.dts].compactMap(\.self).contains { time in
            video.demuxer.seek(stream: video.stream.index, to: time)
                && advance(video.demuxer, into: packet, to: target)
        }
    }

    /// Reads on until `packet` is `target`; false where that does not come soon.
    private static func advance(_ demuxer: Demuxer, into packet: Packet, to target: IndexedPacket) -> Bool {
        for _ in 0..<256 {
            guard (try? demuxer.read(into: packet)) == true else { return false }
            let found = IndexedPacket(packet)
            if found.isSamePiece(as: target) { return true }
            if found.position > target.position { return false }
        }
        return false
    }
}
