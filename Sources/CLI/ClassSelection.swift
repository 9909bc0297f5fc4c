/// The classes that `--classes` means.
enum ClassSelection {
    /// Label indices for names or numbers, ascending, each once. An entry may list several, separated by commas.
    static func indices(_ written: [String], labels: [String]) throws(CommandError) -> [Int] {
        var indices: Set<Int> = []
        for name in names(in: written, isKnown: labels.contains) {
            indices.formUnion(try matches(name, labels: labels))
        }
        return indices.sorted()
    }

    /// The names in entries, each of which may list several, separated by commas. A known name may itself hold a comma.
    static func names(in written: [String], isKnown: (String) -> Bool) -> [String] {
        written.flatMap { isKnown($0) ? [$0] : $0.split(separator: ",").map(String.init) }.map(trimmed)
    }

    private static func matches(_ name: String, labels: [String]) throws(CommandError) -> [Int] {
        let exact = labels.indices.filter { labels[$0] == name }
        if !exact.isEmpty { return exact }
        let similar = labels.indices.filter { labels[$0].lowercased() == name.lowercased() }
        if !similar.isEmpty { return similar }
        guard let index = Int(name) else {
            throw .usage("--classes: the model has no class '\(name)'; it has \(labels.shortList)")
        }
        guard labels.indices.contains(index) else {
            throw .usage("--classes: there is no class \(index); the model has 0 to \(labels.count - 1)")
        }
        return [index]
    }

    private static func trimmed(_ name: String) -> String {
        String(name.trimmingPrefix { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension [String] {
    /// The first few, for a message.
    var shortList: String { prefix(12).joined(separator: ", ") + (count > 12 ? " …" : "") }
}
