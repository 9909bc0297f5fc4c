import CFFmpeg

/// A track of a file being joined: gives its packets in decode order.
protocol OutputTrack: AnyObject {
    /// The track in the output.
    var stream: UnsafeMutablePointer<AVStream> { get }

    /// The next packet, times in the time base of `stream`; nil at the end.
    func next() throws(FFmpegError) -> Packet?
}
