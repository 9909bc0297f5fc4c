import Media

/// Text for a terminal. Names of files and words of decoders may hold line ends, escape sequences and signs that turn the direction of writing.
enum VisibleText {
    /// `text` on one line that does nothing but show: control characters as `\n` or `\u001b`, which JSON reads as the same ones, and bytes of
    /// paths that are no part of UTF-8 as `%E9`.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return PathText.shown(text) }
        return PathText.shown(text).unicodeScalars.reduce(into: "") { result, scalar in
            if isControl(scalar) { result += escaped(scalar) } else { result.unicodeScalars.append(scalar) }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }
}

extension String {
    /// Throws where a name given as an argument is not UTF-8.
    func checkIsText() throws(CommandError) {
        guard PathText.hasStrayBytes(self) else { return }
        throw .usage("\(self): only videos may have names that are not UTF-8; rename it, or make a link to it")
    }
}
