import CFFmpeg
import Imaging
import Kernels

/// The two chroma samples that a luma position lies between, and their weights.
struct ChromaTap {
    var first: Int
    var second: Int
    var firstWeight: Int32
    var secondWeight: Int32

    var numbers: [Int32] { [Int32(first), Int32(second), firstWeight, secondWeight] }

    /// Taps for every row of a picture of `size`; nil where it is too small.
    static func rows(of size: ImageSize, _ format: AVPixFmtDescriptor, isGrey: Bool) -> [ChromaTap]? {
        let one: Int32 = 1 << 12
        if isGrey {
            return Array(
                repeating: ChromaTap(first: 0, second: 0, firstWeight: one, secondWeight: 0), count: size.height)
        }
        let count = (size.height + (1 << format.log2_chroma_h) - 1) >> format.log2_chroma_h
        return taps(chroma: count, luma: size.height, bits: 12)
    }

    /// Taps for every column of a picture of `size`; nil where it is too small.
    static func columns(of size: ImageSize, _ samples: PictureSamples) -> [ChromaTap]? {
        taps(chroma: samples.chromaWidth, luma: size.width, bits: 14)
    }

    /// Taps along one axis of `chroma` samples for one of `luma` samples, weights of `bits` bits, as swscale's bilinear filter
    /// has them: samples evenly spread over the picture, so centred between the luma samples that share one.
    private static func taps(chroma: Int, luma: Int, bits: Int) -> [ChromaTap]? {
        // Below, swscale shortens its filter.
        guard chroma >= 5 else { return nil }
        let (one, unit) = (1 << bits, 1 << 17)
        // Positions count in 2⁻¹⁷ samples; swscale rounds the step to half of that.
        let step = ((chroma << 16) + luma / 2) / luma
        return (0..<luma).map { index in
            let position = step - unit / 2 + 2 * index * step
            var (first, fraction) = (position >> 17, position & (unit - 1))
            // swscale drops weights this small, on this side only.
            if Double(unit - fraction) <= 0.002 * Double(unit) { (first, fraction) = (first + 1, 0) }
            let firstWeight = Int32((one * (unit - fraction) + unit / 2) / unit)
            return ChromaTap(
                first: min(max(first, 0), chroma - 1), second: min(max(first + 1, 0), chroma - 1),
                firstWeight: firstWeight, secondWeight: Int32(one) - firstWeight)
        }
    }
}
