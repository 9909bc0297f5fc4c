/// A JSON object for people (see `JSONValue.pretty`) some of whose members are long lists: it is written piece by piece, so that the whole never is in
/// memory.
struct JSONDocument {
    /// A member's value.
    enum Content {
        case value(JSONValue)
        /// Elements that are no numbers: each call begins them anew, and calls of what it returns give the next one, nil at the end.
        case list(() -> () throws -> JSONValue?)

        /// The elements that `transform` makes of those of a sequence; nil where it makes none of one.
        static func list<Elements: Sequence>(
            of elements: Elements, _ transform: @escaping (Elements.Element) throws -> JSONValue?
        ) -> Content {
            .list {
                var iterator = elements.makeIterator()
                return {
                    while let element = iterator.next() {
                        if let value = try transform(element) { return value }
                    }
                    return nil
                }
            }
        }
    }

    /// In order; keys must differ.
    let members: KeyValuePairs<String, Content>

    init(_ members: KeyValuePairs<String, Content>) { self.members = members }

    /// Gives the text to `write`, a piece at a time; ends with a line end.
    func write(_ write: (String) throws -> Void) throws {
        var separator = "{"
        for (key, content) in members {
            try write(separator + JSONValue.lineBreak(1) + JSONValue.quoted(key) + ": ")
            switch content {
            case .value(let value): try write(value.pretty(level: 1))
            case .list(let begin): try Self.writeList(begin(), write)
            }
            separator = ","
        }
        try write(members.isEmpty ? "{}\n" : "\n}\n")
    }

    private static func writeList(_ next: () throws -> JSONValue?, _ write: (String) throws -> Void) throws {
        var separator = "["
        while let element = try next() {
            try write(separator + JSONValue.lineBreak(2) + element.pretty(level: 2))
            separator = ","
        }
        try write(separator == "[" ? "[]" : JSONValue.lineBreak(1) + "]")
    }
}
