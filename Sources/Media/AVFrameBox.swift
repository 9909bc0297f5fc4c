import CFFmpeg
import Imaging

/// Owns an `AVFrame`.
final class AVFrameBox {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() {
        guard let frame = av_frame_alloc() else { fatalError("out of memory") }
        pointer = frame
    }

    /// A picture of its own memory, contents undefined.
    init(size: ImageSize, format: AVPixelFormat) throws(FFmpegError) {
        guard let frame = av_frame_alloc() else { fatalError("out of memory") }
        pointer = frame
        frame.pointee.width = Int32(size.width)
        frame.pointee.height = Int32(size.height)
        frame.pointee.format = format.rawValue
        let status = av_frame_get_buffer(frame, 0)
        guard status >= 0 else {
            throw FFmpegError(code: status, operation: "allocate a picture of \(size)", subject: "memory")
        }
    }

    /// The picture of another frame, whose memory both share, with a description of its own.
    convenience init(sharing other: AVFrameBox) {
        self.init()
        guard av_frame_ref(pointer, other.pointer) >= 0 else { fatalError("out of memory") }
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&frame)
    }

    var size: ImageSize { ImageSize(width: Int(pointer.pointee.width), height: Int(pointer.pointee.height)) }
    var format: AVPixelFormat { AVPixelFormat(rawValue: pointer.pointee.format) }
    func plane(_ index: Int32) -> UnsafeMutablePointer<UInt8> { wh_plane(pointer, index) }
    func stride(_ index: Int32) -> Int { Int(wh_stride(pointer, index)) }
}
