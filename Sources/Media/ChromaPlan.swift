import CFFmpeg
import Imaging
import Kernels

/// How the chroma of pictures of one size is brought to the size of luma.
struct ChromaPlan {
    private(set) var rows: [ChromaTap]
    let columns: [ChromaTap]
    private(set) var rounding = ChromaRounding.swscale
    private(set) var samples: PictureSamples

    /// As swscale does it; nil where the picture is too small or its format none that the kernel handles.
    init?(_ format: PictureFormat) {
        let pixelFormat = AVPixelFormat(rawValue: format.pixelFormat)
        guard let descriptor = pixelFormat.descriptor,
            let samples = PictureSamples(pixelFormat, width: format.size.width)
        else { return nil }
        // A grey picture has one row of neutral chroma.
        let isGrey = samples.chromaStep == 0
        let chromaHeight = isGrey ? 1 : Self.count(format.size.height, descriptor.log2_chroma_h)
        // Below, swscale shortens its filter.
        guard samples.chromaWidth >= 5, chromaHeight >= 5 || isGrey else { return nil }
        self.samples = samples
        rows = ChromaTap.spread(chromaHeight, over: format.size.height, bits: 12)
        columns = ChromaTap.spread(samples.chromaWidth, over: format.size.width, bits: 14)
    }

    /// As JPEG decoders do it, where the picture describes itself as JFIF has it: full range, BT.601, chroma in the middle.
    init?(_ format: PictureFormat, isCentred: Bool) {
        self.init(format)
        guard isCentred, format.isFullRange, format.matrix == .bt601, samples.depth == 8, samples.chromaStep != 0,
            let descriptor = AVPixelFormat(rawValue: format.pixelFormat).descriptor,
            let rounding = ChromaRounding(jpeg: (descriptor.log2_chroma_w, descriptor.log2_chroma_h))
        else { return }
        self.rounding = rounding
        // Each sample covers two columns or rows even if the last one lacks the second.
        samples.isChromaHalved = descriptor.log2_chroma_w == 1
        if descriptor.log2_chroma_h == 1 { rows = ChromaTap.halves(of: format.size.height) }
    }

    /// Chroma samples for `luma` luma samples along an axis.
    static func count(_ luma: Int, _ shift: UInt8) -> Int { (luma + (1 << shift) - 1) >> shift }
}

extension ChromaRounding {
    /// Half a unit of the bits that go on into the matrix.
    fileprivate static let swscale = ChromaRounding(evenRow: 512, oddRow: 512, evenColumn: 0, oddColumn: 0, kept: -1)

    /// libjpeg's rounding of enlarged chroma to whole levels, halves up in one column or row and down in the next; nil where it
    /// does not interpolate. `shift`: how often chroma's width and height are halved.
    fileprivate init?(jpeg shift: (width: UInt8, height: UInt8)) {
        let (row, column): (Int32, Int32) = (1 << 19, 1 << 7)
        switch shift {
        case (0, 0): self.init(evenRow: 0, oddRow: 0, evenColumn: 0, oddColumn: 0, kept: -row)
        case (1, 0): self.init(evenRow: row / 4, oddRow: row / 4, evenColumn: 0, oddColumn: column / 4, kept: -row)
        case (0, 1): self.init(evenRow: row / 4, oddRow: row / 2, evenColumn: 0, oddColumn: 0, kept: -row)
        case (1, 1):
            let bias = row * 7 / 16
            self.init(evenRow: bias, oddRow: bias, evenColumn: column / 16, oddColumn: 0, kept: -row)
        default: return nil
        }
    }
}

/// The two chroma samples that a luma position lies between, and their weights.
struct ChromaTap {
    var first: Int
    var second: Int
    var firstWeight: Int32
    var secondWeight: Int32

    var numbers: [Int32] { [Int32(first), Int32(second), firstWeight, secondWeight] }

    /// Taps for `luma` positions that `chroma` samples are evenly spread over, weights of `bits` bits, as swscale's bilinear filter
    /// has them.
    static func spread(_ chroma: Int, over luma: Int, bits: Int) -> [ChromaTap] {
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

    /// Taps for `luma` rows of which every two share a chroma sample in their middle, weights of 12 bits.
    static func halves(of luma: Int) -> [ChromaTap] {
        let last = (luma - 1) / 2
        return (0..<luma).map { index in
            index % 2 == 0
                ? ChromaTap(
                    first: max(index / 2 - 1, 0), second: index / 2, firstWeight: 1 << 10, secondWeight: 3 << 10)
                : ChromaTap(
                    first: index / 2, second: min(index / 2 + 1, last), firstWeight: 3 << 10, secondWeight: 1 << 10)
        }
    }
}
