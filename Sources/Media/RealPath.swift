import Glibc

/// Paths without links and dots.
package enum RealPath {
    /// The absolute path of what is at `path`, free of links and dots as far as it exists. Files that are the same have the same one.
    package static func of(_ path: String) -> String {
        if let real = realpath(PathText.cString(path), nil) {
            defer { free(real) }
            return PathText.text(of: UnsafePointer(real))
        }
        // What does not exist leads nowhere: its name is the rest of the path.
        let parts = path.utf8.split(separator: slash)
        guard let name = parts.last, parts.count > 1 else { return plain(path) }
        let parent = String(Substring(path.utf8.prefix(upTo: name.startIndex)))
        return plain(of(parent) + "/" + String(Substring(name)))
    }

    /// Components of the absolute path, links left as they are.
    package static func components(of path: String) -> [String] {
        let isAbsolute = path.utf8.first == slash
        var components: [String] = isAbsolute ? [] : workingFolder
        for part in path.utf8.split(separator: slash) {
            switch String(Substring(part)) {
            case ".": break
            case "..": _ = components.popLast()
            case let name: components.append(name)
            }
        }
        return components
    }

    private static let slash = UInt8(ascii: "/")

    private static func plain(_ path: String) -> String { "/" + components(of: path).joined(separator: "/") }

    private static var workingFolder: [String] {
        guard let folder = getcwd(nil, 0) else { return [] }
        defer { free(folder) }
        return components(of: "/" + PathText.text(of: UnsafePointer(folder)))
    }
}
