import CFFmpeg
import CTurboJPEG
import Imaging

/// libjpeg-turbo's decoder of JPEG pictures, to the levels that OpenCV and Pillow read: accurate inverse transform, interpolated chroma.
/// Owns a TurboJPEG handle; one thread at a time.
final class JPEGDecoder {
    private let handle: tjhandle

    /// What became of a picture.
    enum Outcome {
        /// RGB. A damaged picture is complete too, with grey or repeated parts; `complaint` then says why.
        case picture(AVFrameBox, complaint: String?)
        /// Not one of the kinds that libjpeg-turbo turns into RGB: CMYK, lossless, 12 bits, unusual sampling, or no JPEG at all.
        case unsupported
        case failed(reason: String)
    }

    init() {
        guard let handle = tjInitDecompress() else { fatalError("out of memory") }
        self.handle = handle
    }

    deinit { tjDestroy(handle) }

    /// The picture that `packet` holds, with the packet's times.
    func decode(_ packet: Packet) -> Outcome {
        guard let data = packet.pointer.pointee.data, let size = size(of: data, count: packet.size) else {
            return .unsupported
        }
        // As for FFmpeg's decoders: a header may claim any size.
        guard size.area <= MediaLimits.pixels else { return .failed(reason: "picture of \(size) is too large") }
        do {
            let frame = try AVFrameBox(size: size, format: AV_PIX_FMT_RGB24)
            let status = tjDecompress2(
                handle, data, UInt(packet.size), frame.plane(0), Int32(size.width), Int32(frame.stride(0)),
                Int32(size.height), Int32(TJPF_RGB.rawValue), TJFLAG_LIMITSCANS)
            guard status == 0 || isWarning else { return .failed(reason: message) }
            wh_date_picture(frame.pointer, packet.pointer)
            return .picture(frame, complaint: status == 0 ? nil : message)
        } catch {
            return .failed(reason: error.reason)
        }
    }

    /// Size of a picture that has one or three colours; nil for others.
    private func size(of data: UnsafePointer<UInt8>, count: Int) -> ImageSize? {
        var (width, height, sampling, colours) = (Int32(0), Int32(0), Int32(0), Int32(0))
        let status = tjDecompressHeader3(handle, data, UInt(count), &width, &height, &sampling, &colours)
        guard status == 0 || isWarning, width > 0, height > 0 else { return nil }
        guard [TJCS_RGB, TJCS_YCbCr, TJCS_GRAY].contains(where: { Int32($0.rawValue) == colours }) else { return nil }
        return ImageSize(width: Int(width), height: Int(height))
    }

    private var isWarning: Bool { tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) }

    private var message: String {
        String(cString: tjGetErrorStr2(handle)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
