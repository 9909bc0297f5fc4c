/// How often numbers of each size occur in a value. The bins double their width as larger numbers come, so one pass over the
/// data is enough.
package struct ValueHistogram: Sendable {
    /// Bins on either side of 0.
    private static let half = 2048

    /// Smallest and largest finite number seen; 0 where none was.
    package private(set) var minimum: Float = 0
    package private(set) var maximum: Float = 0
    /// Finite numbers seen.
    package private(set) var count = 0
    /// A power of two; 0 until a number other than 0 is seen.
    private var width: Float = 0
    /// Numbers other than 0: every quantization has an integer for that.
    private var counts = Array(repeating: 0, count: 2 * half)

    package init() {}

    /// Numbers of about `center`.
    package struct Bin: Sendable, Hashable {
        package var center: Float
        package var count: Int
    }

    /// Bins that are not empty, in rising order; exact zeros are left out.
    package var bins: [Bin] {
        counts.indices.filter { counts[$0] > 0 }.map {
            Bin(center: (Float($0 - Self.half) + 0.5) * width, count: counts[$0])
        }
    }

    /// Counts `values`; what is not finite is left out.
    package mutating func add(_ values: [Float]) {
        var (low, high, finite) = (Float.infinity, -Float.infinity, 0)
        for value in values where value.isFinite {
            if value < low { low = value }
            if value > high { high = value }
            finite += 1
        }
        guard finite > 0 else { return }
        minimum = count == 0 ? low : min(minimum, low)
        maximum = count == 0 ? high : max(maximum, high)
        count += finite
        reach(max(abs(low), abs(high)))
        if width > 0 { Self.count(values, perBin: 1 / width, in: &counts) }
    }

    private static func count(_ values: [Float], perBin inverse: Float, in counts: inout [Int]) {
        // As a span, or every number would pay for a check that the array has one owner.
        var span = counts.mutableSpan
        for value in values where value != 0 {
            let position = (value * inverse).rounded(.down) + Float(half)
            // False for what is not finite.
            if position >= 0, position < Float(2 * half) { span[Int(position)] += 1 }
        }
    }

    /// Widens the bins until they reach `magnitude`.
    private mutating func reach(_ magnitude: Float) {
        guard magnitude > 0 else { return }
        if width == 0 {
            // Not below what has an exact inverse.
            width = max(magnitude.binade / Float(Self.half) * 2, 0x1p-100)
        }
        while magnitude >= width * Float(Self.half) { double() }
    }

    private mutating func double() {
        width *= 2
        var wide = Array(repeating: 0, count: counts.count)
        for (index, count) in counts.enumerated() where count > 0 {
            wide[(index - Self.half) >> 1 + Self.half] += count
        }
        counts = wide
    }

    /// The number below which `share` of all numbers lie, as the upper edge of a bin and within the extremes.
    /// - Parameter share: 0 to 1.
    package func quantile(_ share: Double) -> Float {
        let wanted = share * Double(count)
        let zeros = count - counts.reduce(0, +)
        var sum = 0
        for (index, count) in counts.enumerated() {
            if index == Self.half { sum += zeros }
            sum += count
            if Double(sum) >= wanted { return min(max(Float(index + 1 - Self.half) * width, minimum), maximum) }
        }
        return maximum
    }
}
