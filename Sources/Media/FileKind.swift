import Glibc

/// What a path leads to, links followed.
package enum FileKind: Sendable, Hashable {
    case file, folder
    /// A link that leads nowhere, or in a circle.
    case deadLink
    /// A pipe, a socket, a device.
    case other

    /// The kind of what is at `path`; nil where there is nothing or where it cannot be looked at.
    package init?(path: String) {
        let path = PathText.cString(path)
        var status = stat()
        if stat(path, &status) != 0 {
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return nil }
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .deadLink
        default: self = .other
        }
    }

    /// Whether `path` itself, not what a link there leads to, is a folder.
    package static func isRealFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(PathText.cString(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
