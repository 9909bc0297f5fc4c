import CFFmpeg
import Imaging

/// The matrix between RGB and luma/chroma.
package enum ColourMatrix: String, Sendable, Hashable {
    case bt601, bt709, bt2020

    /// The matrix in which the pictures of a video are drawn on and encoded.
    init(_ info: VideoInfo) {
        self.init(codePoint: info.colour.matrix, height: min(info.codedSize.width, info.codedSize.height))
    }

    /// The matrix that code point `matrix` of H.273 names. Where it names none (unspecified, RGB), high definition (720 rows
    /// and more) is taken for BT.709 and the rest for BT.601, as players do; swscale alone would take all of it for BT.601.
    init(codePoint: Int, height: Int) {
        self =
            switch UInt32(clamping: codePoint) {
            case AVCOL_SPC_BT709.rawValue: .bt709
            case AVCOL_SPC_BT470BG.rawValue, AVCOL_SPC_SMPTE170M.rawValue, AVCOL_SPC_FCC.rawValue: .bt601
            case AVCOL_SPC_BT2020_NCL.rawValue, AVCOL_SPC_BT2020_CL.rawValue: .bt2020
            default: height >= 720 ? .bt709 : .bt601
            }
    }

    /// swscale's name of its coefficients.
    var swscaleCode: Int32 {
        switch self {
        case .bt601: SWS_CS_ITU601
        case .bt709: SWS_CS_ITU709
        case .bt2020: SWS_CS_BT2020
        }
    }
}

/// Colour description of a stream: H.273 code points, 2 where unspecified.
package struct ColourProperties: Sendable, Hashable, Codable {
    package var primaries: Int
    package var transfer: Int
    package var matrix: Int
    /// Luma from 0 to 255 rather than from 16 to 235.
    package var isFullRange: Bool
    /// FFmpeg's code point of the chroma sample position; 0 where unspecified.
    package var chromaLocation: Int

    package init(
        primaries: Int = 2, transfer: Int = 2, matrix: Int = 2, isFullRange: Bool = false, chromaLocation: Int = 0
    ) {
        self.primaries = primaries
        self.transfer = transfer
        self.matrix = matrix
        self.isFullRange = isFullRange
        self.chromaLocation = chromaLocation
    }
}

extension VideoInfo {
    /// The description of the pictures that are encoded: the source's, except that RGB has become luma and chroma.
    var outputColour: ColourProperties {
        var result = colour
        guard isRGB else { return result }
        result.matrix = Int(ColourMatrix(self) == .bt709 ? AVCOL_SPC_BT709.rawValue : AVCOL_SPC_SMPTE170M.rawValue)
        result.isFullRange = false
        return result
    }

    private var isRGB: Bool {
        let flags = av_get_pix_fmt(pixelFormatName).descriptor?.flags ?? 0
        return flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0
    }
}
