/// Frames behind a range that came out while it was read, kept for the reader of the next range.
struct FrameLookahead {
    /// A frame, and the number of the packet that was to go into the decoder next when it came out.
    private typealias Output = (frame: VideoFrame, nextPacket: Int)

    /// What earlier readers have kept; it comes first.
    private var waiting: [Output] = []
    /// What the present reader keeps.
    private var kept: [Output] = []
    /// Number of the packet that goes into the decoder next, as it was when the last output came out.
    private(set) var nextPacket = 0
    /// Whether nothing had to be left out.
    private(set) var isComplete = true

    /// More than come while a reader makes sure that its range is complete; where order and times of a stream disagree, it may be any number.
    private static let most = 64

    /// What comes out next, of what waits or of `source`.
    mutating func next(of source: FrameSource) throws(FFmpegError) -> FrameSource.Output {
        guard !waiting.isEmpty else {
            let output = try source.next()
            nextPacket = source.nextPacket
            return output
        }
        let first = waiting.removeFirst()
        nextPacket = first.nextPacket
        return .frame(first.frame)
    }

    /// Keeps the frame that came out last.
    mutating func keep(_ frame: VideoFrame) {
        isComplete = isComplete && kept.count < Self.most
        if isComplete { kept.append((frame, nextPacket)) }
    }

    /// The next reader begins.
    mutating func handOver() {
        waiting = kept + waiting
        kept = []
    }
}
