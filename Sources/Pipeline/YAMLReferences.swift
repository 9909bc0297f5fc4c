extension String {
    /// Whether the YAML text has anchors or references to them, by which a short text stands for one that is too long for any memory.
    /// A plain text with such a mark behind a space counts as well; one in quotes does not.
    var hasYAMLReferences: Bool {
        var quote: Character?
        var (previous, isComment): (Character, Bool) = ("\n", false)
        var characters = makeIterator()
        while let character = characters.next() {
            defer { previous = character }
            if let open = quote {
                if character == open { quote = nil }
                if open == "\"", character == "\\" { _ = characters.next() }
            } else if isComment {
                isComment = !character.isNewline
            } else if previous.isWhitespace || "[{,:-?".contains(previous) {
                switch character {
                case "&", "*": return true
                case "'", "\"": quote = character
                case "#": isComment = true
                default: break
                }
            }
        }
        return false
    }
}
