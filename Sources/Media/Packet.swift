import CFFmpeg

/// An undecoded piece of one stream. Owns an `AVPacket`.
final class Packet {
    let pointer: UnsafeMutablePointer<AVPacket>

    init() {
        guard let packet = av_packet_alloc() else { fatalError("out of memory") }
        pointer = packet
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&packet)
    }

    func clear() { av_packet_unref(pointer) }

    /// Removes times that come from damage, before anybody calculates with them.
    func removeAbsurdTimes() {
        pointer.pointee.pts = pts ?? wh_nopts()
        pointer.pointee.dts = dts ?? wh_nopts()
        pointer.pointee.duration = StreamClock.duration(pointer.pointee.duration)
    }

    var pts: Int64? { StreamClock.time(pointer.pointee.pts) }
    var dts: Int64? { StreamClock.time(pointer.pointee.dts) }
    var size: Int { Int(pointer.pointee.size) }
    var streamIndex: Int32 { pointer.pointee.stream_index }
    var isKey: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    /// Whether the data is encrypted: some files say so with the packets only.
    var isEncrypted: Bool { av_packet_get_side_data(pointer, AV_PKT_DATA_ENCRYPTION_INFO, nil) != nil }
    /// Decoded, but not shown: outside of the file's edit list.
    var isDiscarded: Bool { pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }
}
