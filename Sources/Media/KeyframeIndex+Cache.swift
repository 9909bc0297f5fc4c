import CFFmpeg
import Glibc
import Synchronization

extension KeyframeIndex {
    /// Indices of the files that this process read last. A worker reads many ranges of the same file.
    private static let recent = Mutex<[(file: FileIdentity, index: KeyframeIndex)]>([])
    private static let recentLimit = 4

    /// The index of the file, built once as long as the file stays the same.
    static func cached(path: String) throws(FFmpegError) -> KeyframeIndex {
        let identity = try FileIdentity(path: path)
        if let known = recent.withLock({ $0.first { $0.file == identity }?.index }) { return known }
        let index = try build(path: path)
        recent.withLock { entries in
            entries.insert((identity, index), at: 0)
            if entries.count > recentLimit { entries.removeLast() }
        }
        return index
    }
}

/// Tells a file from another one, or from itself after a change.
private struct FileIdentity: Sendable, Hashable {
    let path: String
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(path: String) throws(FFmpegError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw FFmpegError(code: wh_averror(errno), operation: "open", subject: path, reason: "does not exist")
        }
        self.path = path
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
