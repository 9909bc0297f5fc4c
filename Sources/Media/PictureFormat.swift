import CFFmpeg
import Imaging

/// What swscale has to know of a picture.
struct PictureFormat: Hashable {
    var size: ImageSize
    var pixelFormat: Int32
    var isFullRange: Bool
    var matrix: ColourMatrix

    /// The format of a decoded frame, with the stream's colour description where the frame has none of its own.
    init(_ frame: AVFrameBox, stream: ColourProperties) {
        let description = frame.pointer.pointee
        let (format, isOldFullRange) = Self.modern(frame.format)
        let codePoint =
            description.colorspace == AVCOL_SPC_UNSPECIFIED ? stream.matrix : Int(description.colorspace.rawValue)
        size = frame.size
        pixelFormat = format.rawValue
        matrix = ColourMatrix(codePoint: codePoint, height: min(size.width, size.height))
        let isRGB = (format.descriptor?.flags ?? 0) & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        switch description.color_range {
        case AVCOL_RANGE_JPEG: isFullRange = true
        case AVCOL_RANGE_MPEG: isFullRange = isOldFullRange
        default: isFullRange = isOldFullRange || isRGB || stream.isFullRange
        }
    }

    init(size: ImageSize, pixelFormat: AVPixelFormat, isFullRange: Bool, matrix: ColourMatrix) {
        self.size = size
        self.pixelFormat = pixelFormat.rawValue
        self.isFullRange = isFullRange
        self.matrix = matrix
    }

    /// The `yuvj` formats are the `yuv` formats with the range in the name; swscale complains about them.
    private static func modern(_ format: AVPixelFormat) -> (format: AVPixelFormat, isFullRange: Bool) {
        switch format {
        case AV_PIX_FMT_YUVJ420P: (AV_PIX_FMT_YUV420P, true)
        case AV_PIX_FMT_YUVJ422P: (AV_PIX_FMT_YUV422P, true)
        case AV_PIX_FMT_YUVJ444P: (AV_PIX_FMT_YUV444P, true)
        case AV_PIX_FMT_YUVJ440P: (AV_PIX_FMT_YUV440P, true)
        case AV_PIX_FMT_YUVJ411P: (AV_PIX_FMT_YUV411P, true)
        default: (format, false)
        }
    }
}
