import CFFmpeg
import Glibc

/// What went wrong with a media file.
package struct FFmpegError: Error, Sendable, Hashable, CustomStringConvertible {
    /// FFmpeg's error code: a negative POSIX number or one of FFmpeg's own tags.
    package var code: Int32
    /// What was being done, such as "open" or "write the header".
    package var operation: String
    /// The input's name; never with a password or a token in it.
    package var subject: String
    /// Why it failed and what to do, without the path; one line.
    package var reason: String

    /// An error with FFmpeg's own text for `code`, or with a clearer `reason`.
    package init(code: Int32, operation: String, subject: String, reason: String? = nil) {
        self.code = code
        self.operation = operation
        self.subject = RemoteAddress.withoutSecrets(subject)
        self.reason = RemoteAddress.withoutSecrets(reason ?? "cannot \(operation): \(Self.text(of: code))")
    }

    /// One line: path, then reason.
    package var description: String { "\(subject): \(reason)" }

    /// FFmpeg's text for an error code.
    static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: Int(AV_ERROR_MAX_STRING_SIZE))
        wh_error_text(code, &buffer, buffer.count)
        return string(buffer)
    }
}

/// The text of a zero-terminated buffer.
func string(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension FFmpegError {
    /// Whether there is no room for what is being written, or no right to write it.
    var isLackOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG, EROFS].contains { wh_averror($0) == code } }
}
