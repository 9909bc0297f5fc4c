/// The address of an input that is no local file, such as `https://user:password@host/clips/a.mp4?token=1`.
package struct RemoteAddress: Sendable, Hashable {
    /// What is sent: everything but the fragment.
    package let url: String
    /// What may be shown and stored: without user, password, query and fragment.
    package let name: String
    /// In lower case.
    package let scheme: String
    /// With the port, if one is given.
    package let host: String
    /// As written, percent signs and all; without empty ones.
    package let pathComponents: [String]

    /// Schemes of web addresses, which may be inputs unless someone forbids it.
    package static let webSchemes: Set<String> = ["http", "https"]

    /// Takes `scheme://host/path` apart; nil for anything else, and for text with spaces or control characters in it.
    package init?(_ text: String) {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
        guard isPlain, let scheme = Self.scheme(of: text) else { return nil }
        let whole = text.prefix { $0 != "#" }
        let rest = whole.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest.dropFirst(authority.count).prefix { $0 != "?" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !host.isEmpty else { return nil }
        url = String(whole)
        name = "\(text.prefix(scheme.count))://\(host)\(path)"
        self.scheme = scheme
        self.host = String(host)
        pathComponents = path.split(separator: "/").map(String.init)
    }

    /// What stands before `://`, in lower case, where it can be a protocol's name.
    package static func scheme(of text: String) -> String? {
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        guard scheme.first?.isLetter == true, text.dropFirst(scheme.count).hasPrefix("://") else { return nil }
        return scheme.lowercased()
    }

    /// `text` with every address in it shortened to its name: neither passwords nor tokens belong into messages.
    package static func withoutSecrets(_ text: String) -> String {
        guard text.contains("://") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstAddress {
            result += rest[..<start]
            let address = rest[start...].prefix { !$0.isWhitespace && !"'\"<>|".contains($0) }
            result += RemoteAddress(String(address))?.name ?? String(address)
            rest = rest[address.endIndex...]
        }
        return result + rest
    }
}

extension Substring {
    /// Where the first address in it begins; nil where there is none.
    fileprivate var firstAddress: Index? {
        guard let mark = firstRange(of: "://") else { return nil }
        let start = self[..<mark].lastIndex { !($0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))) }
        return start.map { index(after: $0) } ?? startIndex
    }

    private func firstRange(of text: String) -> Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
