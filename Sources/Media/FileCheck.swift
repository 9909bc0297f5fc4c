import CFFmpeg
import Glibc

/// Reasons to refuse a path before FFmpeg sees it, in clearer words than FFmpeg's.
enum FileCheck {
    static func checkReadable(_ path: String) throws(FFmpegError) {
        var status = stat()
        let place = PathText.cString(path)
        guard stat(place, &status) == 0 else { throw failure(errno, path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FFmpegError(
                code: wh_averror(EISDIR), operation: "open", subject: path, reason: "is a folder, not a video")
        }
        guard access(place, R_OK) == 0 else { throw failure(errno, path) }
        guard status.st_mode & S_IFMT != S_IFREG || status.st_size > 0 else {
            throw FFmpegError(
                code: wh_averror_invalid_data(), operation: "open", subject: path, reason: "is empty (0 bytes)")
        }
    }

    private static func failure(_ code: Int32, _ path: String) -> FFmpegError {
        let reason =
            switch code {
            case ENOENT: "does not exist"
            case EACCES: "may not be read (permission denied)"
            default: "cannot be opened: \(String(cString: strerror(code)))"
            }
        return FFmpegError(code: wh_averror(code), operation: "open", subject: path, reason: reason)
    }
}
