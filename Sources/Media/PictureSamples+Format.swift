import CFFmpeg
import Kernels

extension PictureSamples {
    /// The samples of pictures `width` wide in `format`, chroma spread as swscale does; nil where it is not luma and chroma of 8 to 16 bits in planes (chroma may
    /// share one), or luma alone.
    init?(_ format: AVPixelFormat, width: Int) {
        guard let descriptor = format.descriptor, descriptor.isPlain else { return nil }
        let (luma, blue, red) = (descriptor.comp.0, descriptor.comp.1, descriptor.comp.2)
        let bytes: Int32 = luma.depth > 8 ? 2 : 1
        guard (8...16).contains(luma.depth), luma.plane == 0, luma.isAligned, luma.step == bytes else { return nil }
        var chromaWidth = width
        var chromaStep = 0
        if descriptor.nb_components >= 3 {
            guard blue.isAligned, red.isAligned, blue.depth == luma.depth, red.depth == luma.depth, blue.plane == 1,
                blue.step == red.step, blue.step == (red.plane == 1 ? 2 * bytes : bytes)
            else { return nil }
            chromaWidth = ChromaPlan.count(width, descriptor.log2_chroma_w)
            chromaStep = Int(blue.step / bytes)
        } else if descriptor.nb_components != 1 {
            return nil
        }
        self.init(
            width: width, chromaWidth: chromaWidth, isChromaHalved: chromaWidth * 2 == width, depth: Int(luma.depth),
            chromaStep: chromaStep)
    }
}

extension AVPixFmtDescriptor {
    /// Whether samples are whole numbers in memory, not RGB, in the order of bytes that this processor has.
    fileprivate var isPlain: Bool {
        let others =
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
            | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BE
        return flags & UInt64(others) == 0
    }
}

extension AVComponentDescriptor {
    /// Whether the value stands in the lowest bits.
    fileprivate var isAligned: Bool { shift == 0 }
}
