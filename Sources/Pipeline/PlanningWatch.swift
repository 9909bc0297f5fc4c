/// Notices that nothing comes of looking at videos any more: a demuxer or decoder that hangs in one packet cannot be interrupted, only left
/// alone. A state machine without I/O.
struct PlanningWatch {
    /// Seconds without any packet after which those who read are given up.
    let patience: Double
    /// Places of the videos that are being looked at.
    private(set) var open: Set<Int> = []
    private var packets = 0
    private var lastAdvance = 0.0

    init(patience: Double) { self.patience = patience }

    mutating func begin(_ rank: Int, at now: Double) {
        open.insert(rank)
        lastAdvance = now
    }

    /// A look has ended; false where it had been given up.
    mutating func end(_ rank: Int, at now: Double) -> Bool {
        lastAdvance = now
        return open.remove(rank) != nil
    }

    /// The videos to give up, ascending, when `packets` have been read so far; they are open no more.
    mutating func hanging(at now: Double, packets: Int) -> [Int] {
        if packets != self.packets || open.isEmpty { (self.packets, lastAdvance) = (packets, now) }
        guard now - lastAdvance > patience else { return [] }
        defer { open = [] }
        return open.sorted()
    }
}
