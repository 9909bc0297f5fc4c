import CFFmpeg
import Synchronization

/// What inputs may be besides local files, and what they may open on their own. One process has one set of rules: the safest default
/// is the one that no caller can forget.
package struct InputRules: Sendable, Hashable, Codable {
    /// FFmpeg's names of the protocols by which an input may open what it names, such as the parts of a playlist; none: playlists are refused.
    /// Addresses that begin with one of them may be inputs, too.
    package var allowedProtocols: [String] = []
    /// Seconds that a server may say nothing.
    package var patience = 30.0
    /// Full addresses, by name, of inputs whose names leave something out (see ``RemoteAddress``).
    package var addresses: [String: String] = [:]

    package init(allowedProtocols: [String] = []) {
        self.allowedProtocols = allowedProtocols
    }

    private static let shared = Mutex(InputRules())

    /// The rules of this process.
    package static var current: InputRules { shared.withLock(\.self) }

    /// From now on these rules hold in this process.
    package func use() { Self.shared.withLock { $0 = self } }

    /// The protocols that this build of FFmpeg can read by.
    package static var knownProtocols: Set<String> {
        var position: UnsafeMutableRawPointer?
        var names: Set<String> = []
        while let name = avio_enum_protocols(&position, 0) { names.insert(String(cString: name)) }
        return names
    }

    /// The address behind an input's name; nil where that is a local file.
    package func address(of name: String) -> RemoteAddress? {
        guard let address = RemoteAddress(addresses[name] ?? name), mayBeInput(address.scheme) else { return nil }
        return address
    }

    /// Whether addresses of this scheme may be inputs.
    package func mayBeInput(_ scheme: String) -> Bool {
        RemoteAddress.webSchemes.contains(scheme) || (scheme != "file" && allowedProtocols.contains(scheme))
    }

    /// Whether an input may open others.
    var allowsOthers: Bool { !allowedProtocols.isEmpty }

    /// FFmpeg's list of protocols for what an input opens on its own.
    var listForOthers: String { allowsOthers ? Self.list(allowedProtocols) : "none" }

    /// FFmpeg's list of protocols for the input itself. A web server may lead on to another address of the web, to nothing else.
    func list(for address: RemoteAddress?) -> String {
        guard let address else { return "file" }
        return RemoteAddress.webSchemes.contains(address.scheme)
            ? Self.list(["http", "https"]) : Self.list(allowedProtocols + [address.scheme])
    }

    /// With the protocols that web protocols are made of.
    private static func list(_ protocols: [String]) -> String {
        var names = Set(protocols)
        if names.contains("https") { names.formUnion(["tls", "tcp", "httpproxy"]) }
        if names.contains("http") { names.formUnion(["tcp", "httpproxy"]) }
        return names.sorted().joined(separator: ",")
    }
}
