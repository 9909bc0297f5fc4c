/// A pattern for paths, for shells that do not expand it themselves and for quoted arguments.
///
/// `*` stands for any characters within a name, `?` for one, `[a-c]` and `[!a-c]` for one of a set, and a component `**`
/// for any number of folders, none included. A leading dot is matched only by a dot in the pattern.
struct PathPattern {
    private let isAbsolute: Bool
    private let components: [String]

    /// Nil where `text` holds none of the characters `*`, `?`, `[`.
    init?(_ text: String) {
        guard Self.hasWildcard(text) else { return nil }
        isAbsolute = text.hasPrefix("/")
        components = text.split(separator: "/").map(String.init)
    }

    private static func hasWildcard(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    /// All paths that match, in the order of their bytes within each folder, each once; where the pattern's last
    /// components are plain names they may lead to nothing.
    ///
    /// - Parameters:
    ///   - names: the sorted names in a folder; the empty path is the working directory.
    ///   - isFolder: whether a path is a folder that `**` may enter; links are better left out, they can lead in circles.
    func matches(names: (String) -> [String], isFolder: (String) -> Bool) -> [String] {
        var seen: Set<String> = []
        let start = isAbsolute ? "/" : ""
        return expand(components[...], in: start, names, isFolder).filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    private func expand(
        _ rest: ArraySlice<String>, in folder: String, _ names: (String) -> [String], _ isFolder: (String) -> Bool
    ) -> [String] {
        guard let component = rest.first else { return [folder] }
        let tail = rest.dropFirst()
        switch component {
        case "**":
            let folders = names(folder).filter { !$0.hasPrefix(".") }.map { join(folder, $0) }.filter(isFolder)
            // A pattern that ends here means everything below.
            let here = tail.isEmpty ? ["*"] : tail
            return expand(here, in: folder, names, isFolder) + folders.flatMap { expand(rest, in: $0, names, isFolder) }
        case _ where !Self.hasWildcard(component):
            return expand(tail, in: join(folder, component), names, isFolder)
        default:
            return names(folder).filter { Self.matches($0, component) }.flatMap {
                expand(tail, in: join(folder, $0), names, isFolder)
            }
        }
    }

    /// Whether a single name matches a single component of a pattern.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
        return matches(Array(name)[...], Array(pattern)[...])
    }

    private static func matches(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        guard let symbol = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        switch symbol {
        case "*":
            return (name.startIndex...name.endIndex).contains { matches(name[$0...], rest) }
        case "?":
            return !name.isEmpty && matches(name.dropFirst(), rest)
        case "[":
            guard let close = rest.dropFirst().firstIndex(of: "]") else { break }
            guard let character = name.first, isMember(character, of: rest[..<close]) else { return false }
            return matches(name.dropFirst(), pattern[(close + 1)...])
        default: break
        }
        return name.first == symbol && matches(name.dropFirst(), rest)
    }

    /// Whether a set such as `a-cx` or `!a-c` holds `character`.
    private static func isMember(_ character: Character, of set: ArraySlice<Character>) -> Bool {
        let negated = set.first == "!" || set.first == "^"
        var rest = negated ? set.dropFirst() : set
        var found = false
        while let low = rest.popFirst() {
            guard rest.count >= 2, rest.first == "-" else {
                found = found || low == character
                continue
            }
            rest.removeFirst()
            found = found || (low <= character && character <= rest.removeFirst())
        }
        return found != negated
    }
}
