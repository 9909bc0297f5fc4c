import CFFmpeg
import Glibc

/// Gives finished files their names, in a way that a power loss leaves the old file or the whole new one.
package enum FilePublication {
    /// Has the content of `temporary` written to the disk, gives the file the name `path`, in place of an older one, and has the new name
    /// written to the disk. Both lie in the same folder.
    package static func publish(_ temporary: String, as path: String) throws(FFmpegError) {
        // Content first: a file system may write a name before what it stands for.
        try synchronize(temporary, isFolder: false)
        guard rename(temporary, path) == 0 else { throw failure(path) }
        try synchronize(folder(of: path), isFolder: true)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func synchronize(_ path: String, isFolder: Bool) throws(FFmpegError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) != 0 else { return }
        // Some network file systems do not know it for folders.
        if isFolder && (errno == EINVAL || errno == ENOTSUP) { return }
        throw failure(path)
    }

    private static func failure(_ path: String) -> FFmpegError {
        let code = errno
        return FFmpegError(
            code: wh_averror(code), operation: "name the file", subject: path,
            reason: "cannot name the file: \(String(cString: strerror(code)))")
    }
}
