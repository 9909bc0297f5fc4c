import CFFmpeg

/// A fraction of integers: a time base in seconds a tick, or a frame rate in frames a second. Kept as FFmpeg gives it, not reduced.
package struct Rational: Sendable, Hashable, Codable {
    package var numerator: Int
    /// Never 0 in values that this module hands out.
    package var denominator: Int

    package init(numerator: Int, denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    package var doubleValue: Double { Double(numerator) / Double(denominator) }
}

extension Rational {
    init(_ value: AVRational) { self.init(numerator: Int(value.num), denominator: Int(value.den)) }

    var av: AVRational { AVRational(num: Int32(clamping: numerator), den: Int32(clamping: denominator)) }
}

extension AVRational {
    /// The fraction where it is a positive number; FFmpeg writes 0/0 or 0/1 for "unknown".
    var ifKnown: Rational? { num > 0 && den > 0 ? Rational(self) : nil }
}
