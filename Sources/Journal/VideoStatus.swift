/// What became of one input.
package enum VideoStatus: String, Sendable, Hashable, CaseIterable {
    /// Not finished; a later run continues.
    case pending
    /// Every frame accounted for, every one decoded.
    case complete
    /// Results exist, some frames are missing; the reason says which kind.
    case partial
    /// No results.
    case failed

    /// The video needs no more work.
    package var isFinal: Bool { self != .pending }
}

/// How many frames of a video met which fate.
package struct FrameLedger: Sendable, Hashable {
    /// Went through the network.
    package var detected: Int
    /// Left out on purpose.
    package var skipped: Int
    /// Could not be decoded.
    package var undecodable: Int

    package init(detected: Int = 0, skipped: Int = 0, undecodable: Int = 0) {
        self.detected = detected
        self.skipped = skipped
        self.undecodable = undecodable
    }

    package var total: Int { detected + skipped + undecodable }

    package mutating func add(_ other: FrameLedger) {
        detected += other.detected
        skipped += other.skipped
        undecodable += other.undecodable
    }
}
