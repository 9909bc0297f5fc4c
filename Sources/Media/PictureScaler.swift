import CFFmpeg
import Imaging

/// Converts pictures by libswscale. Keeps one context, made anew when a format changes.
final class PictureScaler {
    private var context: OpaquePointer?
    private var formats: (source: PictureFormat, target: PictureFormat)?

    deinit { sws_freeContext(context) }

    /// Writes `source` in the form of `target`, whose memory is `picture`.
    func convert(
        _ source: AVFrameBox, _ sourceFormat: PictureFormat, into picture: AVFrameBox, _ target: PictureFormat,
        subject: String
    ) throws(FFmpegError) {
        let context = try prepared(sourceFormat, target, subject)
        let rows = sws_scale(
            context, wh_planes(source.pointer), wh_strides(source.pointer), 0, Int32(sourceFormat.size.height),
            wh_writable_planes(picture.pointer), wh_strides(picture.pointer))
        guard rows == Int32(target.size.height) else { throw Self.failure(rows, subject) }
    }

    private func prepared(
        _ source: PictureFormat, _ target: PictureFormat, _ subject: String
    ) throws(FFmpegError) -> OpaquePointer {
        if let context, let formats, formats == (source, target) { return context }
        sws_freeContext(context)
        (context, formats) = (nil, nil)
        guard let made = Self.make(source, target) else { throw Self.failure(wh_averror_no_memory(), subject) }
        (context, formats) = (made, (source, target))
        return made
    }

    private static func make(_ source: PictureFormat, _ target: PictureFormat) -> OpaquePointer? {
        // Without accurate rounding swscale takes short cuts that depend on the processor; without full chroma, RGB has half the
        // chroma columns. Bilinear chroma is what JPEG decoders, and so most training pictures, have.
        let flags = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
        guard
            let context = sws_getContext(
                Int32(source.size.width), Int32(source.size.height), AVPixelFormat(rawValue: source.pixelFormat),
                Int32(target.size.width), Int32(target.size.height), AVPixelFormat(rawValue: target.pixelFormat),
                flags, nil, nil, nil)
        else { return nil }
        // Fails where no matrix is involved (RGB to RGB, grey); nothing is lost then.
        _ = sws_setColorspaceDetails(
            context, sws_getCoefficients(source.matrix.swscaleCode), source.isFullRange ? 1 : 0,
            sws_getCoefficients(target.matrix.swscaleCode), target.isFullRange ? 1 : 0, 0, 1 << 16, 1 << 16)
        return context
    }

    private static func failure(_ status: Int32, _ subject: String) -> FFmpegError {
        FFmpegError(
            code: status < 0 ? status : wh_averror_invalid_data(), operation: "convert a picture", subject: subject)
    }
}
