import CFFmpeg
import Imaging

/// The stream of a file that is read as its video.
struct VideoStream {
    let index: Int
    let pointer: UnsafeMutablePointer<AVStream>
    private let path: String
    private let formatName: String
    private let hasHugePictures: Bool

    /// The first video stream that is no cover picture and that can be decoded, as `ffmpeg -map 0:v:0` counts: FFmpeg's own "best
    /// stream" would follow resolution and so change the subject of a file that lists its main picture first.
    init(in demuxer: Demuxer) throws(FFmpegError) {
        let videos = (0..<demuxer.streamCount).filter {
            demuxer.stream($0).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        }
        let moving = videos.filter { demuxer.stream($0).pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 }
        guard let first = moving.first else {
            throw FFmpegError(
                code: wh_averror_stream_not_found(), operation: "find the video stream", subject: demuxer.path,
                reason: videos.isEmpty ? "has no video stream" : "has no video stream, only a cover picture")
        }
        index = moving.first { Self.isDecodable(demuxer.stream($0)) } ?? first
        pointer = demuxer.stream(index)
        (path, formatName, hasHugePictures) = (demuxer.path, demuxer.formatName, demuxer.hasHugePictures)
        try check()
    }

    private static func isDecodable(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        avcodec_find_decoder(stream.pointee.codecpar.pointee.codec_id) != nil
    }

    private func check() throws(FFmpegError) {
        if isEncrypted { throw Self.encryption(path) }
        guard Self.isDecodable(pointer) else {
            throw FFmpegError(
                code: wh_averror_decoder_not_found(), operation: "find a decoder", subject: path,
                reason: "has video in a codec that cannot be decoded (\(parameters.codec_id.name))")
        }
        guard parameters.width > 0, parameters.height > 0 else {
            throw FFmpegError(
                code: wh_averror_invalid_data(), operation: "read the header", subject: path,
                reason: hasHugePictures
                    ? "has pictures of more than \(MediaLimits.pixels) pixels, the most that are decoded"
                    : "has a video stream without a picture size: damaged header or no picture in it")
        }
    }

    static func emptiness(_ path: String) -> FFmpegError {
        FFmpegError(
            code: wh_averror_eof(), operation: "read a packet", subject: path,
            reason: "holds no picture: it ends behind its header")
    }

    static func encryption(_ path: String) -> FFmpegError {
        FFmpegError(
            code: wh_averror_invalid_data(), operation: "decode", subject: path,
            reason: "is encrypted; give a file without copy protection")
    }

    var parameters: AVCodecParameters { pointer.pointee.codecpar.pointee }

    /// Common encryption: the sample entry is `encv`, or the demuxer hands initialisation data along.
    private var isEncrypted: Bool {
        var size = 0
        return parameters.codec_tag == wh_tag(0x65, 0x6e, 0x63, 0x76)
            || wh_stream_side_data(pointer, AV_PKT_DATA_ENCRYPTION_INIT_INFO, &size) != nil
    }

    /// Whether the file is a JPEG picture, not a video that is coded like one.
    var isJPEGFile: Bool {
        parameters.codec_id == AV_CODEC_ID_MJPEG && ["image2", "jpeg_pipe"].contains(formatName)
    }

    /// As the container says, or the camera in a JPEG file.
    var orientation: Orientation {
        if isJPEGFile { return EXIFOrientation.ofFile(path) }
        var size = 0
        guard let data = wh_stream_side_data(pointer, AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36 else {
            return .upright
        }
        return data.withMemoryRebound(to: Int32.self, capacity: 9) { matrix in
            Orientation(a: matrix[0], b: matrix[1], c: matrix[3], d: matrix[4])
        }
    }

    var size: ImageSize { ImageSize(width: Int(parameters.width), height: Int(parameters.height)) }
}
