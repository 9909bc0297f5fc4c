/// Finds the cells of a feature map where some gate reaches the floor, and lists them, and the cells around them, for the steps
/// that compute nothing else.
///
/// A list in the demand table: 1 where nearly all cells are demanded and it is better to compute all of them; the number of
/// runs; then first cell and length of each run, in raster order. Runs do not cross rows. Small gaps are filled.
package struct DemandOperation: Sendable, Hashable {
    package var gate: BlockedView
    /// Channel of the first gate of a cell, and channels from one to the next.
    package var firstChannel: Int
    package var channelStride: Int
    package var gates: Int
    package var floor: Float
    /// Position in the index table of the lists to make: pairs of the cells around a demanded one, in both directions, and
    /// the list's position in the demand table.
    package var table: Int
    package var lists: Int

    package init(
        gate: BlockedView, firstChannel: Int, channelStride: Int, gates: Int, floor: Float, table: Int, lists: Int
    ) {
        self.gate = gate
        self.firstChannel = firstChannel
        self.channelStride = channelStride
        self.gates = gates
        self.floor = floor
        self.table = table
        self.lists = lists
    }

    /// One: the work is small.
    package var units: Int { 1 }
    /// Floats of scratch space: three masks of a byte a cell.
    package var scratchCount: Int { (3 * gate.pixels + 3) / 4 + 16 }

    /// Integers of a list for a map of `height` by `width` cells.
    package static func listCount(height: Int, width: Int) -> Int { 2 + 2 * height * (width / 2 + 1) }
}

extension KernelMemory {
    /// Whether the list at `position` stands for all cells.
    @inline(always)
    package func demandsAll(_ position: Int) -> Bool { demand[position] != 0 }

    /// Runs of the list at `position`.
    @inline(always)
    package func demandedRuns(_ position: Int) -> Int { demand[position + 1] }

    /// First cell and length of run `run` of the list at `position`.
    @inline(always)
    package func demandedRun(_ position: Int, _ run: Int) -> (start: Int, count: Int) {
        (demand[position + 2 + 2 * run], demand[position + 3 + 2 * run])
    }
}
