import Kernels

extension RepeatedRows {
    /// Whether row `y` is not stored.
    @inline(always)
    func omits(_ y: Int) -> Bool { y > first && y < end }

    /// The row that has the values of row `y`. Without a branch: it stands in loops that are compiled in many forms.
    @inline(always)
    func place(of y: Int) -> Int {
        let isOmitted = ((first &- y) & (y &- end)) &>> 63
        return y &+ ((first &- y) & isOmitted)
    }

    /// The number of the stored row `index`, counted without the others.
    @inline(always)
    func row(_ index: Int) -> Int { index <= first ? index : index + max(0, end - first - 1) }

    /// How many of `count` pixels, from pixel `start` of a flat map on, lie either before all omitted rows, or in one omitted row,
    /// or behind them.
    @inline(always)
    func run(from start: Int, _ count: Int, width: Int) -> Int {
        let (from, to) = ((first + 1) * width, end * width)
        guard from < to && start < to else { return count }
        return min(count, start < from ? from - start : width - start % width)
    }
}
