import Imaging

/// The small print of Advanced SubStation Alpha: what its texts, names and colours look like.
enum ASSText {
    /// `text` so that a renderer shows it letter by letter: no override tags, no line breaks.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "{": result += "\\{"
            case "}": result += "\\}"
            // There is no way to escape it; an invisible letter behind it keeps it from being one with the next.
            case "\\": result += "\\\u{2060}"
            case _ where isBreak(scalar): result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A name for each label: without what ends a field or a line, each one different, none of them `reserved`.
    static func styleNames(_ labels: [String], reserved: String) -> [String] {
        var taken: Set<String> = [reserved]
        return labels.map { label in
            let plain = styleName(label)
            let name =
                (1...).lazy.map { $0 == 1 ? plain : "\(plain) \($0)" }.first { !taken.contains($0) } ?? plain
            taken.insert(name)
            return name
        }
    }

    private static func styleName(_ label: String) -> String {
        let special: Set<Unicode.Scalar> = [",", "{", "}", "\\", "*"]
        var name = ""
        for scalar in label.unicodeScalars {
            name.unicodeScalars.append(special.contains(scalar) || isBreak(scalar) ? "_" : scalar)
        }
        let words = name.split(separator: " ").joined(separator: " ")
        return words.isEmpty ? "class" : words
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }

    /// `BBGGRR`, as ASS writes colours.
    static func hexadecimal(_ colour: RGBColor) -> String {
        [colour.blue, colour.green, colour.red].map(hexadecimal).joined()
    }

    /// Two digits.
    static func hexadecimal(_ value: UInt8) -> String {
        (value < 16 ? "0" : "") + String(value, radix: 16, uppercase: true)
    }
}
