/// The Python dictionary in a `.npy` header: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NumPyDictionary {
    let descriptor: String
    let isFortranOrder: Bool
    let shape: [Int]

    /// Nil where `text` is not such a dictionary or a key is missing.
    init?(text: String) {
        var scanner = PythonLiteralScanner(text)
        var descriptor: String?
        var order: Bool?
        var shape: [Int]?
        guard scanner.take("{") else { return nil }
        while !scanner.take("}") {
            guard let key = scanner.string(), scanner.take(":") else { return nil }
            switch key {
            case "descr": descriptor = scanner.string()
            case "fortran_order": order = scanner.boolean()
            case "shape": shape = scanner.integerTuple()
            default: return nil
            }
            guard scanner.take(",") || scanner.peek == "}" else { return nil }
        }
        guard let descriptor, let order, let shape else { return nil }
        (self.descriptor, isFortranOrder, self.shape) = (descriptor, order, shape)
    }
}

/// Reads the few Python literals a header is made of.
private struct PythonLiteralScanner {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    /// The next character that is not white space.
    var peek: Character? { rest.first { !$0.isWhitespace } }

    /// Consumes `token` if it comes next.
    mutating func take(_ token: String) -> Bool {
        rest = rest.drop { $0.isWhitespace }
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    /// A quoted string without escapes.
    mutating func string() -> String? {
        guard let quote = peek, quote == "'" || quote == "\"", take(String(quote)) else { return nil }
        guard let end = rest.firstIndex(of: quote) else { return nil }
        defer { rest = rest[rest.index(after: end)...] }
        return String(rest[..<end])
    }

    mutating func boolean() -> Bool? {
        if take("True") { return true }
        return take("False") ? false : nil
    }

    /// `()`, `(3,)` or `(3, 4)`; Python 2 wrote a trailing `L` after long integers.
    mutating func integerTuple() -> [Int]? {
        guard take("(") else { return nil }
        var values: [Int] = []
        while !take(")") {
            guard let digit = peek, digit.isASCII, digit.isNumber else { return nil }
            rest = rest.drop { $0.isWhitespace }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let value = Int(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            _ = take("L")
            values.append(value)
            guard take(",") || peek == ")" else { return nil }
        }
        return values
    }
}
