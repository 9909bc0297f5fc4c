import CFFmpeg

/// What a file may ask for. A damaged or hostile header may ask for anything.
enum MediaLimits {
    /// In a picture: more than 16K video (15360 × 8640) has.
    static let pixels: Int64 = 1 << 27
    /// Streams of a file.
    static let streams = 1000
    /// Packets of a video: a week at 25 frames a second. A list of them takes about 100 bytes a packet.
    static let packets = 1 << 24
    /// In a packet: a picture of the most pixels in 4 bytes each.
    static let packetBytes = 1 << 29
    /// Of one piece of memory that FFmpeg asks for: the largest plane there can be, 8 bytes a pixel.
    private static let allocation = 1 << 30 + 1 << 20

    /// Sets the limits that FFmpeg keeps for the whole process, once.
    static let areSet: Bool = {
        av_max_alloc(allocation)
        return true
    }()

    /// Options for `avformat_open_input`.
    static let options = ["max_streams": "\(streams)"]
}
