/// One argument of a row.
package enum ModuleArgument: Sendable, Hashable {
    /// `None`.
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    /// A word, such as `nearest`, `nc` or `nn.LeakyReLU(0.1)`.
    case text(String)
    case list([ModuleArgument])

    /// As the files write it.
    package var text: String {
        switch self {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text) where Self.isPlain(text): text
        case .text(let text): "'" + text.replacing("'", with: "''") + "'"
        case .list(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
        }
    }

    /// Whether `text` needs no quotes inside brackets.
    private static func isPlain(_ text: String) -> Bool {
        let isCall = text.hasSuffix(")") && !text.contains(",")
        let isWord = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._=()".contains($0)) }
        return (isCall || !text.contains("=")) && isWord && text.first?.isLetter == true
    }
}
