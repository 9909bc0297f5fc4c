import Glibc

/// Size and time of change of a file, by which a changed one is told from the same one.
package struct FileStamp: Sendable, Hashable {
    /// Bytes.
    package let size: Int64
    /// Nanoseconds since 1970.
    package let modified: Int64

    /// The stamp of the file at `path`, links followed; nil where there is none.
    package init?(path: String) {
        var status = stat()
        guard stat(PathText.cString(path), &status) == 0 else { return nil }
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }
}
