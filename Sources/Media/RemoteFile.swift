import CFFmpeg

/// Inputs that are no local files, as FFmpeg sees them.
package enum RemoteFile {
    /// Bytes of the input `name`; nil where they are not known.
    package static func size(_ name: String) -> Int64? {
        var stream = InputAccess(name).openAlone()
        defer { avio_closep(&stream) }
        guard let opened = stream else { return nil }
        let size = avio_size(opened)
        return size >= 0 ? size : nil
    }
}

/// What a web server answers with.
package enum ServerAnswer {
    /// A clause about a status that is no success; 499 and 500 stand for all of their kind.
    package static func reason(status: Int) -> String {
        switch status {
        case 401, 403:
            "the server refuses access (\(status)); name and password may stand before the host: name:password@host"
        case 404, 410: "the server does not have it (\(status))"
        case 416: "is empty (0 bytes)"
        case 400..<500: "the server refuses the request (\(status == 499 ? "4xx" : "\(status)"))"
        case 500...: "the server has a fault of its own (\(status == 500 ? "5xx" : "\(status)")); try again later"
        default: "the server gives an answer that makes no sense here (\(status))"
        }
    }
}
