/// Where the axes of a picture are in an input's extents.
package struct PictureAxes: Sendable, Hashable {
    package let height: Int
    package let width: Int
    package let areChannelsLast: Bool

    /// nil where `dimensions` are not `[1, 3, H, W]`, `[1, H, W, 3]`, or either without the batch; any extent may be open, but for
    /// the three of channels that come last.
    package init?(_ dimensions: [Int?]) {
        guard (3...4).contains(dimensions.count), dimensions.count == 3 || (dimensions[0] ?? 1) == 1,
            dimensions.allSatisfy({ ($0 ?? 1) > 0 })
        else { return nil }
        let first = dimensions.count - 3
        if dimensions[first] == 3 || (dimensions[first] == nil && dimensions[first + 2] != 3) {
            (height, width, areChannelsLast) = (first + 1, first + 2, false)
        } else if dimensions[first + 2] == 3 {
            (height, width, areChannelsLast) = (first, first + 1, true)
        } else {
            return nil
        }
    }
}
