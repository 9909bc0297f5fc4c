import CFFmpeg
import Glibc
package import Imaging

/// Pictures in files.
package enum StillImage {
    /// Writes a PNG file, which appears whole or not at all.
    package static func writePNG(_ image: RGBImage, path: String) throws(FFmpegError) {
        let packet = try PNGEncoder(size: image.size, path: path).encode(image)
        let temporary = path + ".partial"
        guard let file = fopen(temporary, "wb") else { throw failure(errno, path) }
        let isWritten = fwrite(packet.pointer.pointee.data, 1, packet.size, file) == packet.size
        let isClosed = fclose(file) == 0
        guard isWritten, isClosed, rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw failure(code, path)
        }
    }

    private static func failure(_ code: Int32, _ path: String) -> FFmpegError {
        FFmpegError(code: wh_averror(code), operation: "write the picture", subject: path)
    }
}

/// FFmpeg's PNG encoder. Owns an `AVCodecContext`.
private final class PNGEncoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let path: String

    init(size: ImageSize, path: String) throws(FFmpegError) {
        self.path = path
        _ = FFmpegLog.isInstalled
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG), let context = avcodec_alloc_context3(codec) else {
            throw FFmpegError(code: wh_averror_encoder_not_found(), operation: "find the PNG encoder", subject: path)
        }
        self.context = context
        context.pointee.width = Int32(size.width)
        context.pointee.height = Int32(size.height)
        context.pointee.pix_fmt = AV_PIX_FMT_RGB24
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.thread_count = 1
        let status = avcodec_open2(context, codec, nil)
        guard status >= 0 else {
            throw FFmpegError(code: status, operation: "open the PNG encoder", subject: path)
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    func encode(_ image: RGBImage) throws(FFmpegError) -> Packet {
        let frame = try AVFrameBox(size: image.size, format: AV_PIX_FMT_RGB24)
        let rowLength = image.size.width * 3
        image.pixels.withUnsafeBufferPointer { pixels in
            for row in 0..<image.size.height {
                (frame.plane(0) + row * frame.stride(0)).update(
                    from: pixels.baseAddress! + row * rowLength, count: rowLength)
            }
        }
        frame.pointer.pointee.pts = 0
        let packet = Packet()
        var status = avcodec_send_frame(context, frame.pointer)
        if status >= 0 { status = avcodec_send_frame(context, nil) }
        if status >= 0 { status = avcodec_receive_packet(context, packet.pointer) }
        guard status >= 0 else { throw FFmpegError(code: status, operation: "encode the picture", subject: path) }
        return packet
    }
}
