/// Finds the best elements along the middle axis of `[outer, extent, inner]`: indices `[outer, count, inner]`, the best first, of equal
/// elements the lower index first. Indices are floats, which hold whole numbers up to 2²⁴ exactly.
package struct TopIndicesOperation: Sendable, Hashable {
    package var input: ArrayView
    package var output: Int
    package var outer: Int
    package var extent: Int
    package var inner: Int
    /// 1...extent.
    package var count: Int
    /// Whether the largest elements are the best, else the smallest.
    package var isLargest: Bool

    package init(
        input: ArrayView, output: Int, outer: Int, extent: Int, inner: Int, count: Int, isLargest: Bool
    ) {
        self.input = input
        self.output = output
        self.outer = outer
        self.extent = extent
        self.inner = inner
        self.count = count
        self.isLargest = isLargest
    }

    /// Lines along the axis.
    package var units: Int { outer * inner }
}

/// Copies runs of `inner` floats from places that were computed: indices are floats, counted from the back where they are negative; one
/// outside of its axis counts as 0.
package struct IndexedCopyOperation: Sendable, Hashable {
    package var input: ArrayView
    package var indices: ArrayView
    /// Runs one after the other.
    package var output: Int
    /// Position in the index table. For the axes of the runs: extents, strides in the input, strides in the indices. For the numbers of an
    /// index: extents of their axes of the input, strides there.
    package var table: Int
    /// Axes of the runs.
    package var rank: Int
    /// Numbers of an index.
    package var depth: Int
    package var runs: Int
    package var inner: Int

    package init(
        input: ArrayView, indices: ArrayView, output: Int, table: Int, rank: Int, depth: Int, runs: Int, inner: Int
    ) {
        self.input = input
        self.indices = indices
        self.output = output
        self.table = table
        self.rank = rank
        self.depth = depth
        self.runs = runs
        self.inner = inner
    }

    /// Runs in one unit of work.
    package static let grain = 256
    package var units: Int { (runs + Self.grain - 1) / Self.grain }
}
