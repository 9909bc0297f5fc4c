/// A JSON object for people (see `JSONValue.pretty`) some of whose members are long lists: it is written piece by piece, so that the whole never is in
/// memory.
struct JSONDocument {
    /// A member's value.
    enum Content {
        case value(JSONValue)
        /// Elements that are no numbers, given one after the other to the function that it is called with.
        case list(((JSONValue) throws -> Void) throws -> Void)
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
            case .list(let elements): try Self.writeList(elements, write)
            }
            separator = ","
        }
        try write(members.isEmpty ? "{}\n" : "\n}\n")
    }

    private static func writeList(
        _ elements: ((JSONValue) throws -> Void) throws -> Void, _ write: (String) throws -> Void
    ) throws {
        var separator = "["
        try elements { element in
            try write(separator + JSONValue.lineBreak(2) + element.pretty(level: 2))
            separator = ","
        }
        try write(separator == "[" ? "[]" : JSONValue.lineBreak(1) + "]")
    }
}
