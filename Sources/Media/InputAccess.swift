import CFFmpeg
import Glibc

/// Opens what a demuxer reads: its input, and beyond it what the rules allow. FFmpeg asks here for every file and connection.
final class InputAccess {
    /// The input's name, as it is shown.
    let name: String
    /// nil: a local file.
    let address: RemoteAddress?
    let rules: InputRules
    private let deadline: ReadDeadline
    /// What else the input wanted to open and may not; the first of it.
    private(set) var refused: String?
    /// Whether the input itself could be opened.
    private(set) var isOpen = false
    /// Whether the input can be read from any place, as far as that is a server's matter.
    private(set) var isSeekable = true
    /// What FFmpeg complained of while the input was opened.
    private(set) var complaints: [String] = []

    init(_ name: String, rules: InputRules = .current, deadline: ReadDeadline = ReadDeadline()) {
        (self.name, self.rules, self.deadline) = (name, rules, deadline)
        address = rules.address(of: name)
    }

    /// What FFmpeg is given. The prefix keeps a colon in a path from being taken for a protocol.
    var url: String { address?.url ?? "file:" + name }

    /// Makes `context` ask here. It must not outlive this object.
    func attach(to context: UnsafeMutablePointer<AVFormatContext>) {
        context.pointee.interrupt_callback = deadline.callback
        context.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.io_open = { context, stream, url, flags, options in
            // A demuxer inside another one may have this function without the rules.
            guard let opaque = context?.pointee.opaque, let stream, let url else { return wh_averror(EACCES) }
            return Unmanaged<InputAccess>.fromOpaque(opaque).takeUnretainedValue()
                .open(PathText.text(of: url), flags, options?.pointee, into: stream)
        }
    }

    private func open(
        _ url: String, _ flags: Int32, _ options: OpaquePointer?,
        into stream: UnsafeMutablePointer<UnsafeMutablePointer<AVIOContext>?>
    ) -> Int32 {
        let isInput = url == self.url
        guard flags & AVIO_FLAG_WRITE == 0, isInput || rules.allowsOthers else {
            refused = refused ?? RemoteAddress.withoutSecrets(url)
            return wh_averror(EACCES)
        }
        let list = isInput ? rules.list(for: address) : rules.listForOthers
        var status: Int32 = 0
        let lines = FFmpegLog.collect { status = open(url, list, options, into: stream) }
        if status < 0, !isInput { refused = refused ?? RemoteAddress.withoutSecrets(url) }
        if isInput {
            (complaints, isOpen) = (lines, status >= 0)
            if isOpen, address != nil, let opened = stream.pointee {
                isSeekable = opened.pointee.seekable & AVIO_SEEKABLE_NORMAL != 0
            }
        }
        return status
    }

    private func open(
        _ url: String, _ list: String, _ options: OpaquePointer?,
        into stream: UnsafeMutablePointer<UnsafeMutablePointer<AVIOContext>?>
    ) -> Int32 {
        var settings: OpaquePointer?
        defer { av_dict_free(&settings) }
        av_dict_copy(&settings, options, 0)
        for (key, value) in transport.merging(["protocol_whitelist": list], uniquingKeysWith: { $1 }) {
            av_dict_set(&settings, key, value, 0)
        }
        var callback = deadline.callback
        return avio_open2(stream, PathText.cString(url), AVIO_FLAG_READ, &callback, &settings)
    }

    /// Opens the input by itself, without a demuxer; nil where that fails. To be closed by the caller.
    func openAlone() -> UnsafeMutablePointer<AVIOContext>? {
        var stream: UnsafeMutablePointer<AVIOContext>?
        return open(url, AVIO_FLAG_READ, nil, into: &stream) >= 0 ? stream : nil
    }

    /// How to deal with servers; protocols without one of these settings pass it over.
    private var transport: [String: String] {
        // Breaks are waited for in steps of 0, 1, 3 seconds.
        let longestDelay = min(4, Int(rules.patience / 4))
        return [
            "rw_timeout": "\(Int(rules.patience * 1e6))", "reconnect": "1", "reconnect_on_network_error": "1",
            "reconnect_on_http_error": "429,5xx", "reconnect_delay_max": "\(longestDelay)", "icy": "0",
            "tls_verify": "1",
        ].merging(Certificates.file.map { ["ca_file": $0] } ?? [:], uniquingKeysWith: { $1 })
    }
}

/// Whom to trust.
private enum Certificates {
    /// The system's list of authorities; some TLS libraries do not find it by themselves. nil: leave it to the library.
    static let file: String? = {
        let usual = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"]
        return usual.first { access($0, R_OK) == 0 }
    }()
}
