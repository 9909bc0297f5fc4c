/// A source row after the horizontal resize.
struct SourceRow: Sendable {
    /// Index of the row in the source; -1 while empty.
    var index = -1
    /// Sums of pixel times weight, shifted right by 4: at most 32640 (or 32656 by the rounding of the weights).
    var sums: [UInt16]

    init(count: Int) { sums = Array(repeating: 0, count: count) }
}

extension BilinearResizer {
    /// Writes row `y` of the resized picture, `target.width * 3` bytes, into `result` from index `offset` on.
    ///
    /// Rows asked for in ascending order of `y` share their work; start again at 0 for the next picture.
    package mutating func resizeRow(
        _ y: Int, of pixels: Span<UInt8>, into result: inout MutableSpan<UInt8>, at offset: Int = 0
    ) {
        precondition(pixels.count == source.area * 3, "a picture of \(source) has \(source.area * 3) bytes")
        precondition(offset >= 0 && result.count - offset >= target.width * 3, "a row has \(target.width * 3) bytes")
        guard !isHalving else { return halveRow(y, of: pixels, into: &result, at: offset) }
        let tap = rows[y]
        if y == 0 { (upper.index, lower.index) = (-1, -1) }
        if upper.index != tap.first && lower.index == tap.first { swap(&upper, &lower) }
        fill(&upper, from: tap.first, of: pixels)
        fill(&lower, from: tap.second, of: pixels)
        Self.blend(upper.sums.span, lower.sums.span, tap.firstWeight, tap.secondWeight, into: &result, at: offset)
    }

    private func fill(_ row: inout SourceRow, from index: Int, of pixels: Span<UInt8>) {
        guard row.index != index else { return }
        row.index = index
        let line = pixels.extracting(index * source.width * 3..<(index + 1) * source.width * 3)
        var sums = row.sums.mutableSpan
        var position = 0
        for tap in columns {
            for channel in 0..<3 {
                let left = UInt32(line[tap.first &* 3 &+ channel]) &* tap.firstWeight
                let right = UInt32(line[tap.second &* 3 &+ channel]) &* tap.secondWeight
                sums[position &+ channel] = UInt16(truncatingIfNeeded: (left &+ right) >> 4)
            }
            position &+= 3
        }
    }

    private static func blend(
        _ upper: Span<UInt16>, _ lower: Span<UInt16>, _ upperWeight: UInt32, _ lowerWeight: UInt32,
        into result: inout MutableSpan<UInt8>, at offset: Int
    ) {
        let count = upper.count
        precondition(lower.count == count && offset >= 0 && offset <= result.count - count)
        for index in 0..<count {
            let first = (UInt32(upper[index]) &* upperWeight) >> 16
            let second = (UInt32(lower[index]) &* lowerWeight) >> 16
            result[offset &+ index] = UInt8(truncatingIfNeeded: (first &+ second &+ 2) >> 2)
        }
    }

    private func halveRow(
        _ y: Int, of pixels: Span<UInt8>, into result: inout MutableSpan<UInt8>, at offset: Int
    ) {
        let length = source.width * 3
        let above = pixels.extracting(2 * y * length..<(2 * y + 1) * length)
        let below = pixels.extracting((2 * y + 1) * length..<(2 * y + 2) * length)
        for x in 0..<target.width {
            for channel in 0..<3 {
                let left = 6 * x + channel
                let sum = Int(above[left]) + Int(above[left + 3]) + Int(below[left]) + Int(below[left + 3])
                result[offset + 3 * x + channel] = UInt8(truncatingIfNeeded: (sum + 2) >> 2)
            }
        }
    }
}
