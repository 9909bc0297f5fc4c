import Foundation
import Media

/// Inputs that are addresses.
extension InputDiscovery {
    /// Characters of a name on disk that an address may make up, at most.
    private static let longestName = 100

    func visit(address text: String, _ scheme: String, _ scan: inout Scan) {
        guard rules.mayBeInput(scheme) else {
            return scan.report(RemoteAddress.withoutSecrets(text), Self.refusal(scheme))
        }
        guard let address = RemoteAddress(text) else {
            return scan.report(
                RemoteAddress.withoutSecrets(text), "not an address; spaces and the like are written as %20 there")
        }
        scan.met += 1
        guard scan.seenFiles.insert(Array(address.url.utf8)).inserted else { return }
        let name = Self.freeName(address, scan.addresses)
        scan.addresses[name] = address.url
        scan.found.append(
            FoundVideo(path: name, components: Self.components(of: address), depth: 1))
    }

    private static func refusal(_ scheme: String) -> String {
        scheme == "file"
            ? "not an address of the web; give the file's path instead"
            : "not an address of the web; --allow-protocols \(scheme) allows others, where FFmpeg knows them"
    }

    /// The address's name, or that name with a number: addresses may differ in what names leave out.
    private static func freeName(_ address: RemoteAddress, _ taken: [String: String]) -> String {
        guard taken[address.name] != nil else { return address.name }
        return (2...).lazy.map { "\(address.name) (\($0))" }.first { taken[$0] == nil } ?? address.name
    }

    /// What the place of the results is made of: host and path. Each is a name that a folder can have.
    static func components(of address: RemoteAddress) -> [String] {
        ([address.host] + address.pathComponents).map(folderName)
    }

    private static func folderName(_ component: String) -> String {
        let text = component.removingPercentEncoding ?? component
        let scalars = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7f || "/\\".unicodeScalars.contains(scalar) ? "_" : scalar
        }
        var name = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
        // Neither hidden nor a way up.
        if name.hasPrefix(".") { name = "_" + name.dropFirst() }
        // The end tells files of one kind apart, and has the extension.
        while name.utf8.count > longestName { name.removeFirst() }
        return name.isEmpty ? "_" : name
    }
}
