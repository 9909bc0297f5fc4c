import Synchronization

/// Whether anything comes of reading in this process: of a decoder or demuxer that hangs in one packet, nothing does.
package enum ReadingProgress {
    private static let count = Atomic(0)

    /// Packets read so far, of all inputs.
    package static var packets: Int { count.load(ordering: .relaxed) }

    static func advance() { count.add(1, ordering: .relaxed) }
}
