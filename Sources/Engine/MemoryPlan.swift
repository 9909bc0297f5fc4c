/// A place in a buffer that the memory plan will put somewhere in the arena.
struct StorageReference: Sendable, Hashable {
    var buffer: Int
    /// Floats from the buffer's start.
    var offset: Int = 0
}

/// Arena offsets for buffers that are alive at different times.
///
/// Largest first, each at the lowest offset where it overlaps no buffer whose lifetime meets its own (Pisarchyk & Lee,
/// "Efficient memory management for deep neural net inference", greedy by size).
struct MemoryPlan: Sendable {
    /// A buffer's size in floats and the steps between its first write and its last use.
    struct Buffer: Sendable {
        var count: Int
        var firstStep = Int.max
        var lastStep = Int.min
    }

    private(set) var offsets: [Int]
    /// Floats needed in all.
    private(set) var arenaCount: Int

    /// Floats between places that buffers may start at: one cache line.
    private static let alignment = 16

    init(_ buffers: [Buffer]) {
        offsets = Array(repeating: 0, count: buffers.count)
        arenaCount = 0
        var placed: [Int] = []
        let order = buffers.indices.filter { buffers[$0].firstStep <= buffers[$0].lastStep }
            .sorted { (buffers[$0].count, $1) > (buffers[$1].count, $0) }
        for index in order {
            let size = Self.aligned(buffers[index].count)
            let conflicts = placed.filter { Self.overlap(buffers[$0], buffers[index]) }
                .map { (start: offsets[$0], end: offsets[$0] + Self.aligned(buffers[$0].count)) }
                .sorted { $0.start < $1.start }
            var candidate = 0
            for conflict in conflicts where conflict.end > candidate {
                if conflict.start >= candidate + size { break }
                candidate = conflict.end
            }
            offsets[index] = candidate
            arenaCount = max(arenaCount, candidate + size)
            placed.append(index)
        }
    }

    /// The arena offset of a storage reference.
    func offset(of reference: StorageReference) -> Int { offsets[reference.buffer] + reference.offset }

    private static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private static func overlap(_ a: Buffer, _ b: Buffer) -> Bool {
        a.firstStep <= b.lastStep && b.firstStep <= a.lastStep
    }
}
