import Kernels

extension TopIndicesOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        for unit in first..<end {
            let (step, column) = (unit / inner, unit % inner)
            let values = resolve(input, memory) + step * extent * inner + column
            let best = memory.arena + output + step * count * inner + column
            select(values, best)
        }
    }

    /// Keeps the best so far as a heap whose top is the worst of them, then takes the heap apart, the worst last. Later elements have
    /// higher indices, so that an equal one never replaces the top.
    private func select(_ values: UnsafePointer<Float>, _ best: UnsafeMutablePointer<Float>) {
        for index in 0..<count { best[index * inner] = Float(index) }
        var parent = count / 2
        while parent > 0 {
            parent -= 1
            sink(parent, count, values, best)
        }
        for index in count..<extent {
            let (candidate, top) = (values[index * inner], values[Int(best[0]) * inner])
            guard isLargest ? candidate > top : candidate < top else { continue }
            best[0] = Float(index)
            sink(0, count, values, best)
        }
        var size = count
        while size > 1 {
            size -= 1
            let worst = best[0]
            best[0] = best[size * inner]
            best[size * inner] = worst
            sink(0, size, values, best)
        }
    }

    /// Moves the entry at `start` of a heap of `size` entries down to its place.
    @inline(always)
    private func sink(_ start: Int, _ size: Int, _ values: UnsafePointer<Float>, _ heap: UnsafeMutablePointer<Float>) {
        let entry = heap[start * inner]
        var hole = start
        while 2 * hole + 1 < size {
            var child = 2 * hole + 1
            if child + 1 < size, isWorse(heap[(child + 1) * inner], heap[child * inner], values) { child += 1 }
            guard isWorse(heap[child * inner], entry, values) else { break }
            heap[hole * inner] = heap[child * inner]
            hole = child
        }
        heap[hole * inner] = entry
    }

    /// Whether the element at index `a` comes behind that at `b`.
    @inline(always)
    private func isWorse(_ a: Float, _ b: Float, _ values: UnsafePointer<Float>) -> Bool {
        let (x, y) = (values[Int(a) * inner], values[Int(b) * inner])
        return x == y ? a > b : isLargest ? x < y : x > y
    }
}

extension IndexedCopyOperation {
    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let (source, places) = (resolve(input, memory), resolve(indices, memory))
        let extents = memory.tables + table
        let (bounds, strides) = (extents + 3 * rank, extents + 3 * rank + depth)
        for run in first * Self.grain..<min(runs, end * Self.grain) {
            var (rest, from, place, axis) = (run, 0, 0, rank)
            while axis > 0 {
                axis -= 1
                let position = rest % extents[axis]
                rest /= extents[axis]
                from += position * extents[rank + axis]
                place += position * extents[2 * rank + axis]
            }
            for number in 0..<depth { from += inside(places[place + number], bounds[number]) * strides[number] }
            (memory.arena + output + run * inner).update(from: source + from, count: inner)
        }
    }

    @inline(always)
    private func inside(_ index: Float, _ extent: Int) -> Int {
        let positive = index < 0 ? index + Float(extent) : index
        return positive >= 0 && positive < Float(extent) ? Int(positive) : 0
    }
}
