import CFFmpeg

/// A packet as the demuxer announced it.
struct IndexedPacket: Sendable, Hashable {
    var pts: Int64?
    var dts: Int64?
    var duration: Int64
    /// Byte offset in the file; -1 where the container does not say.
    var position: Int64
    var size: Int
    var isKey: Bool
    /// Decoded but not shown: outside of the file's edit list.
    var isDiscarded: Bool
    /// Whether it carries settings for the decoder: a palette, a new header.
    var changesDecoder: Bool

    init(_ packet: Packet) {
        pts = packet.pts
        dts = packet.dts
        duration = packet.pointer.pointee.duration
        position = packet.pointer.pointee.pos
        size = packet.size
        isKey = packet.isKey
        isDiscarded = packet.isDiscarded
        changesDecoder = [AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PARAM_CHANGE, AV_PKT_DATA_PALETTE].contains {
            av_packet_get_side_data(packet.pointer, $0, nil) != nil
        }
    }

    init(pts: Int64?, dts: Int64?, isKey: Bool, isDiscarded: Bool) {
        (self.pts, self.dts, self.isKey, self.isDiscarded) = (pts, dts, isKey, isDiscarded)
        (duration, position, size, changesDecoder) = (0, -1, 0, false)
    }

    /// When the frame is shown, as well as can be told without decoding.
    var time: Int64? { pts ?? dts }

    /// Whether both are the same piece of the file, however the container's clock was read.
    func isSamePiece(as other: IndexedPacket) -> Bool {
        size == other.size && position == other.position && (position >= 0 || pts == other.pts)
    }
}

/// The packets of a video's stream in decode order, without their data: what can be known by demuxing alone.
package struct KeyframeIndex: Sendable {
    let packets: [IndexedPacket]
    /// How decoding can start inside the file.
    let access: Access
    /// Packets where decoding can start, in decode order; the first is 0.
    let entries: [Entry]
    /// Times of the shown packets in the order in which a decoder gives their frames, and where ranges may be cut.
    let order: OutputOrder
    /// Whether two packets are the same piece of the file.
    let hasRepeatedPieces: Bool
    /// Whether frames come out in another order than their packets.
    let reorders: Bool
    /// Whether a packet may hold one field of a picture.
    let mayHoldFields: Bool
    /// Numbers of the packets with a time, by ascending time, and these times.
    let timeline: (packets: [Int], times: [Int64])
    /// Times at which stretches begin, ascending, the first at `.min`.
    let stretchStarts: [Int64]
    /// Whether a decoder that is emptied before the end of the file gives what it would have given later.
    let canBeEmptied: Bool
    /// What the container announces and does not hold; nil where that is nothing.
    package private(set) var shortfall: Shortfall?

    /// Packets of the video stream; frames may be fewer (hidden frames) or more.
    package var packetCount: Int { packets.count }
    /// Presentation times of the keyframes where decoding can start, ascending.
    package var keyframePTS: [Int64] { entries.compactMap { packets[$0.packet].isKey ? $0.time : nil }.sorted() }
    /// Presentation times of all packets that are shown, ascending; missing times left out.
    package let sortedPTS: [Int64]
    /// Whether a range can be decoded from a keyframe near it; otherwise it is decoded from the start of the file.
    package var seekable: Bool { access != .fromStart }

    enum Access: Sendable, Hashable {
        /// Times are complete: a frame is known by its time.
        case exact
        /// Some times are missing and are those of the packet with which a frame comes out of the decoder.
        case guessed
        /// Decode from the start of the file.
        case fromStart
    }

    /// A place where decoding can start.
    struct Entry: Sendable {
        let packet: Int
        let time: Int64
        /// Latest time of all shown packets before it in decode order.
        let latestBefore: Int64
        /// The reorder depth that a decoder running from the start of the file has learnt on arrival.
        let reorderDepth: Int
    }

    /// Reads all packets of the file's video stream; throws where `VideoProbe.probe` would, and where they are more than can be worked on.
    package static func build(path: String) throws(FFmpegError) -> KeyframeIndex {
        try build(path: path, most: MediaLimits.packets)
    }

    /// The same, and what `VideoProbe.probe` says of the file, which is opened once for both.
    package static func withInfo(path: String) throws(FFmpegError) -> (index: KeyframeIndex, info: VideoInfo) {
        let video = try OpenVideo(path: path)
        return (try KeyframeIndex(of: video), video.info)
    }

    /// - Parameter most: packets that the list may hold.
    static func build(path: String, most: Int) throws(FFmpegError) -> KeyframeIndex {
        try KeyframeIndex(of: OpenVideo(path: path), most: most)
    }

    /// Reads all packets that are left of a file that has just been opened.
    init(of video: OpenVideo, most: Int = MediaLimits.packets) throws(FFmpegError) {
        let (demuxer, stream) = (video.demuxer, video.stream)
        let (packets, end) = try Self.packets(of: demuxer, most: most)
        guard !packets.isEmpty else { throw end ?? VideoStream.emptiness(demuxer.path) }
        self.init(packets: packets, stream: stream)
        shortfall = Shortfall(of: stream, in: demuxer, packets: packets, brokenOff: end)
    }

    /// The packets of the selected stream as far as they can be read, and what broke reading off before the end of the file, if anything did.
    private static func packets(
        of demuxer: Demuxer, most: Int
    ) throws(FFmpegError) -> (packets: [IndexedPacket], end: FFmpegError?) {
        var packets: [IndexedPacket] = []
        let packet = Packet()
        while true {
            do {
                guard try demuxer.read(into: packet) else { return (packets, nil) }
            } catch {
                // An error in the middle of a file ends what can be read of it, as it does for the reader, which reports it.
                return (packets, error.isInterruption ? error : nil)
            }
            guard !packet.isEncrypted else { throw VideoStream.encryption(demuxer.path) }
            guard packets.count < most else {
                throw FFmpegError(
                    code: wh_averror_no_memory(), operation: "list the packets", subject: demuxer.path,
                    reason: "holds more than \(most) packets of video, too many to work on; cut it into shorter files")
            }
            packets.append(IndexedPacket(packet))
        }
    }

    /// Whether no other packet can be taken for this one. Edit lists may show a piece of the file twice.
    func isUnique(_ packet: IndexedPacket) -> Bool { packet.position >= 0 && !hasRepeatedPieces }
}
