/// Which rows stand in two places that are used in turn, one for even rows and one for odd.
struct RowPair {
    private var even = -1
    private var odd = -1

    /// Takes note that `row` stands in its place from now on; false where it did already.
    @inline(always)
    mutating func replace(with row: Int) -> Bool {
        guard row != (row & 1 == 0 ? even : odd) else { return false }
        if row & 1 == 0 { even = row } else { odd = row }
        return true
    }
}
