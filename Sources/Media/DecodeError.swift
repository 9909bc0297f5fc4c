/// Damage met while reading a video; reading went on behind it.
package struct DecodeError: Sendable, Hashable, CustomStringConvertible {
    /// Presentation time of the packet that was damaged, in ticks of the video's time base, where it has one.
    package var pts: Int64?
    /// Byte offset of the packet in the file, where the container tells it.
    package var position: Int64?
    /// The decoder's or demuxer's own words, one line.
    package var reason: String

    package init(pts: Int64?, position: Int64? = nil, reason: String) {
        self.pts = pts
        self.position = position
        self.reason = reason
    }

    package var description: String {
        let place = pts.map { "pts \($0)" } ?? position.map { "byte \($0)" } ?? "end"
        return "\(place): \(reason)"
    }
}
