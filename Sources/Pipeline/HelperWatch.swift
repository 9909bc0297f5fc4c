/// Notices that a helper does not get on: a demuxer that hangs in one packet cannot be interrupted, only ended. A state machine without I/O.
struct HelperWatch {
    /// Seconds without any packet after which it is given up.
    let patience: Double
    private var packets = 0
    private var lastAdvance: Double
    private var lastLook: Double

    /// Looks further apart mean that this process itself was asleep: the helper's silence proves nothing.
    private static let pause = 5.0

    init(patience: Double, at now: Double) { (self.patience, lastAdvance, lastLook) = (patience, now, now) }

    /// Takes in how many packets the helper has read so far.
    mutating func note(packets: Int, at now: Double) {
        if packets != self.packets { (self.packets, lastAdvance) = (packets, now) }
    }

    /// Whether it has been standing still for too long. To be asked more often than every five seconds.
    mutating func isHanging(at now: Double) -> Bool {
        if now - lastLook > Self.pause { lastAdvance = now }
        lastLook = now
        return now - lastAdvance > patience
    }
}
