extension String {
    /// The text as one line of at most `limit` characters, for messages that quote names out of files.
    package func line(limit: Int) -> String {
        let printable = String(prefix(limit).map { $0.isNewline || $0.isControl ? " " : $0 })
        return count > limit ? printable + "…" : printable
    }
}

extension Character {
    fileprivate var isControl: Bool {
        unicodeScalars.contains {
            $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
        }
    }
}
