import CFFmpeg
import Glibc

/// Tells a file from another one, or from itself after a change.
struct FileIdentity: Sendable, Hashable {
    let path: String
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(path: String) throws(FFmpegError) {
        var status = stat()
        // A server is not asked each time: that a file of its own changes during a run shows in the packets.
        guard InputRules.current.address(of: path) != nil || stat(PathText.cString(path), &status) == 0 else {
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
