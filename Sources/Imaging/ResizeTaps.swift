/// Fixed-point bilinear weights: 2048 is one.
private func weights(_ fraction: Float) -> (first: UInt32, second: UInt32) {
    // Each is rounded on its own, so that they may sum to 2047 or 2049, as in OpenCV.
    (UInt32(((1 - fraction) * 2048).rounded(.toNearestOrEven)), UInt32((fraction * 2048).rounded(.toNearestOrEven)))
}

/// Position of a target pixel in the source: the index of its first tap and the fraction towards the second.
private func position(_ index: Int, source: Int, target: Int) -> (index: Int, fraction: Float) {
    let scale = 1 / (Double(target) / Double(source))
    let centre = Float((Double(index) + 0.5) * scale - 0.5)
    let floor = centre.rounded(.down)
    return (Int(floor), centre - floor)
}

/// The two source pixels of a target column.
struct ColumnTap: Sendable {
    /// Byte offsets of the pixels in their row.
    let left: Int
    let right: Int
    let leftWeight: UInt32
    let rightWeight: UInt32

    static func taps(source: Int, target: Int) -> [ColumnTap] {
        (0..<target).map { x in
            var (index, fraction) = position(x, source: source, target: target)
            if index < 0 { (index, fraction) = (0, 0) }
            if index >= source - 1 { (index, fraction) = (source - 1, 0) }
            let (first, second) = weights(fraction)
            return ColumnTap(
                left: index * 3, right: min(index + 1, source - 1) * 3, leftWeight: first, rightWeight: second)
        }
    }
}

/// The two source rows of a target row. Beyond the border both are the border row, with their weights kept.
struct RowTap: Sendable {
    let upper: Int
    let lower: Int
    let upperWeight: UInt32
    let lowerWeight: UInt32

    static func taps(source: Int, target: Int) -> [RowTap] {
        (0..<target).map { y in
            let (index, fraction) = position(y, source: source, target: target)
            let (first, second) = weights(fraction)
            return RowTap(
                upper: min(max(index, 0), source - 1), lower: min(max(index + 1, 0), source - 1),
                upperWeight: first, lowerWeight: second)
        }
    }
}
