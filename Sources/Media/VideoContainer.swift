/// What annotated videos are kept in.
package enum VideoContainer: String, Sendable, Hashable, CaseIterable, Codable {
    case mp4, mkv, webm

    /// Its name for people.
    package var name: String {
        switch self {
        case .mp4: "MP4"
        case .mkv: "Matroska"
        case .webm: "WebM"
        }
    }

    /// What its pictures may be encoded in, the usual one first.
    package var codecs: [VideoCodec] {
        switch self {
        case .mp4, .mkv: [.h264, .hevc, .av1, .vp9]
        case .webm: [.vp9, .av1]
        }
    }

    package var defaultCodec: VideoCodec { codecs[0] }

    /// FFmpeg's name of the muxer.
    var muxerName: String {
        switch self {
        case .mp4: "mp4"
        case .mkv: "matroska"
        case .webm: "webm"
        }
    }

    /// Whether times are rounded to milliseconds, none of them before 0, and decode times are not stored.
    var isMatroska: Bool { self != .mp4 }

    /// What sound that cannot be copied is encoded in.
    var audioCodec: AudioCodec { self == .webm ? .opus : .aac }
}
