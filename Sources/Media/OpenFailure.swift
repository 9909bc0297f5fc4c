import CFFmpeg
import Glibc

extension FFmpegError {
    /// Why an input could not be opened, as clearly as can be told.
    init(opening access: InputAccess, _ code: Int32, messages: [String]) {
        self.init(
            code: code, operation: "open", subject: access.name,
            reason: ReadDeadline.reason(code) ?? Self.limit(messages)
                ?? (access.isOpen ? Self.reason(content: code, access, messages) : Self.reason(remote: code, access)))
    }

    private static func isUnknown(_ code: Int32) -> Bool {
        [wh_averror_invalid_data(), wh_averror_eof(), wh_averror(EINVAL)].contains(code)
    }

    /// The input could be opened, but not as a video.
    private static func reason(content code: Int32, _ access: InputAccess, _ messages: [String]) -> String? {
        // A demuxer that cannot read on takes the file for damaged.
        let isCut = isTransport(code, access) || messages.contains { $0.contains("ends prematurely") }
        if access.address != nil, access.isSeekable, isCut {
            return FFmpegError(interrupted: access, isTransport(code, access) ? code : wh_averror(EIO)).reason
        }
        if let format = DemuxerChoice.name(of: access), let reason = DemuxerChoice.refusal(format, access) {
            return reason
        }
        if !access.isSeekable { return noRanges }
        return isUnknown(code) ? "is not a video or has a damaged header" : nil
    }

    /// FFmpeg's own limits show in its messages only.
    private static func limit(_ messages: [String]) -> String? {
        guard messages.contains(where: { $0.contains("max_streams") }) else { return nil }
        return "announces more than \(MediaLimits.streams) streams, the most that are read"
    }

    /// What a server, or the way to it, is to blame for.
    private static func reason(remote code: Int32, _ access: InputAccess) -> String? {
        guard access.address != nil else { return nil }
        let status = Int(wh_http_status(code))
        if status > 0 { return ServerAnswer.reason(status: status) }
        switch -code {
        case ECONNREFUSED: return "cannot be reached: the server refuses the connection"
        case ETIMEDOUT: return silence(access)
        case EINVAL: return "the server leads on to an address that is not of the web"
        default: return access.complaints.last.map { "cannot be reached: \($0)" }
        }
    }

    private static func silence(_ access: InputAccess) -> String {
        let seconds = access.rules.patience
        return "the server says nothing for \(seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)") s"
    }

    /// For servers that send files from the start only.
    static let noRanges = "the server cannot send parts of a file (range requests); download it and give the file"

    /// Whether a disk or a connection is behind FFmpeg's error `code`.
    static func isTransport(_ code: Int32, _ access: InputAccess) -> Bool {
        let broken = [ECONNREFUSED, ECONNRESET, EHOSTUNREACH, EIO, ENETDOWN, ENETUNREACH, EPIPE, ETIMEDOUT]
        return access.address == nil
            ? code == wh_averror(EIO) : broken.contains { code == wh_averror($0) } || wh_http_status(code) > 0
    }

    /// Reading broke off for a reason that lies outside of the file.
    init(interrupted access: InputAccess, _ code: Int32) {
        let what = access.address == nil ? "cannot be read further" : "the connection broke"
        self.init(
            code: code, operation: Self.transport, subject: access.name,
            reason: access.address != nil && -code == ETIMEDOUT
                ? Self.silence(access) : "\(what): \(Self.text(of: code))")
    }

    private static let transport = "read on"

    /// Whether reading broke off for a reason that lies outside of the file, so that more may be there.
    var isInterruption: Bool { operation == Self.transport }
}
