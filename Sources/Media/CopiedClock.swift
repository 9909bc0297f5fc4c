import CFFmpeg

/// The times of a copied stream's packets in the file that they go to, whose clock may be coarser and starts at 0.
struct CopiedClock {
    private let source: AVRational
    private let target: AVRational
    /// Ticks of the target added to every time.
    private let shift: Int64
    /// Whether packets come in another order than they are shown in.
    private let reorders: Bool
    private var lastDTS: Int64 = 0
    /// Where a packet without times would be, ticks of the source.
    private var expected: Int64 = 0
    /// Whether a time had to be moved because it lay before those of packets already written.
    private(set) var hasMovedTimes = false

    init(from source: AVRational, to target: AVRational, shift: Int64, reorders: Bool) {
        (self.source, self.target, self.shift, self.reorders) = (source, target, shift, reorders)
    }

    /// `time` in the target's ticks. Before 0 is only what is never shown or heard: a sound encoder's first samples, pictures before
    /// an edit list's start.
    func converted(_ time: Int64) -> Int64 { max(0, StreamClock.rescaled(time, source, target) + shift) }

    mutating func retime(_ packet: Packet) {
        let pointer = packet.pointer
        let shown = packet.pts ?? packet.dts ?? expected
        expected = StreamClock.end(of: shown, duration: pointer.pointee.duration)
        let pts = converted(shown)
        // Decode times only keep order: Matroska does not store them where it stores presentation times. A missing one must not
        // be later than the pictures to come.
        let dts = max(lastDTS, min(pts, packet.dts.map(converted) ?? (reorders ? lastDTS : pts)))
        if pts < dts { hasMovedTimes = true }
        lastDTS = dts
        pointer.pointee.pts = max(pts, dts)
        pointer.pointee.dts = dts
        pointer.pointee.duration = StreamClock.rescaled(pointer.pointee.duration, source, target)
    }
}
