import Media

/// A JSON document that comes out the same everywhere: keys in the order given, numbers with fixed decimals, no locale.
enum JSONValue: Hashable {
    /// Keys in order; must differ.
    case object([Field])
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    /// A number with exactly so many decimals (0...9); `null` where it is not finite.
    case decimal(Double, places: Int)
    case bool(Bool)
    case null

    struct Field: Hashable {
        let key: String
        let value: JSONValue
    }

    /// Fields in the order of a literal.
    static func object(_ fields: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(fields.map { Field(key: $0.key, value: $0.value) })
    }

    static func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    static func optional(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    /// Everything on one line, without spaces.
    var compact: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// For people: one member a line, two spaces a level, short lists of numbers on one line.
    /// - Parameter level: how deep it is in its document.
    func pretty(level: Int) -> String {
        var text = ""
        write(to: &text, indent: level)
        return text
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .object(let fields):
            Self.writeList("{", "}", fields, to: &text, indent: indent) { field, text, indent in
                text += Self.quoted(field.key) + (indent == nil ? ":" : ": ")
                field.value.write(to: &text, indent: indent)
            }
        case .array(let elements):
            let inner = elements.allSatisfy(\.isNumber) ? nil : indent
            Self.writeList("[", "]", elements, to: &text, indent: inner) { $0.write(to: &$1, indent: $2) }
        case .string(let value): text += Self.quoted(value)
        case .integer(let value): text += String(value)
        case .decimal(let value, let places): text += Self.fixed(value, places: places)
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        }
    }

    private var isNumber: Bool {
        switch self {
        case .integer, .decimal: true
        default: false
        }
    }

    private static func writeList<Element>(
        _ open: String, _ close: String, _ elements: [Element], to text: inout String, indent: Int?,
        write: (Element, inout String, Int?) -> Void
    ) {
        let inner = indent.map { $0 + 1 }
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let inner { text += lineBreak(inner) }
            write(element, &text, inner)
        }
        if let indent, !elements.isEmpty { text += lineBreak(indent) }
        text += close
    }

    static func lineBreak(_ level: Int) -> String { "\n" + String(repeating: "  ", count: level) }

    /// `value` rounded to `places` decimals, halves away from zero; never in scientific notation.
    static func fixed(_ value: Double, places: Int) -> String {
        let unit = (0..<places).reduce(Int64(1)) { unit, _ in unit * 10 }
        let scaled = (value * Double(unit)).rounded()
        guard scaled.isFinite else { return "null" }
        guard abs(scaled) < 9e18 else { return scaled < 0 ? "-1e99" : "1e99" }
        let digits = Int64(scaled)
        let sign = digits < 0 ? "-" : ""
        guard places > 0 else { return String(digits) }
        let fraction = String((digits % unit).magnitude)
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\((digits / unit).magnitude).\(zeros)\(fraction)"
    }

    static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in PathText.shown(string).unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
