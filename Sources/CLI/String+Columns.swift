import Foundation

/// How much room text takes on a terminal.
extension StringProtocol {
    /// Columns that the text takes.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The text with spaces behind it up to `width` columns.
    func filled(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - columns)) }

    /// The text with spaces before it up to `width` columns.
    func filled(before width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - columns)) + self }

    /// The beginning of the text, as much as fits.
    func prefix(columns limit: Int) -> String {
        var rest = limit
        return String(
            prefix { character in
                rest -= character.columns
                return rest >= 0
            })
    }

    /// The text, or where it does not fit its end after an ellipsis.
    func suffix(columns limit: Int) -> String {
        guard columns > limit else { return String(self) }
        let end = String(reversed()).prefix(columns: limit - 1)
        return "…" + String(end.reversed())
    }
}

extension Character {
    /// Two for East Asian wide characters and emoji, none for control characters, else one.
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: return 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension FormatStyle where Self == FloatingPointFormatStyle<Double> {
    /// A fixed number of decimals, the same in every locale, without grouping.
    static func decimal(places: Int) -> Self {
        .init(locale: Locale(identifier: "en_US_POSIX")).precision(.fractionLength(places)).grouping(.never)
    }
}
