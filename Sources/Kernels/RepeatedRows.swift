/// Rows of a feature map (or of an input's planes) that are all the same, of which only the first is stored: rows
/// `first + 1..<end` are equal to row `first`, and nobody writes or reads their memory.
package struct RepeatedRows: Sendable, Hashable {
    package var first: Int
    package var end: Int

    package init(first: Int, end: Int) {
        self.first = first
        self.end = end
    }

    /// Every row is stored.
    package static let none = RepeatedRows(first: 0, end: 0)
    /// Rows that are not stored.
    package var omitted: Int { max(0, end - first - 1) }
}
