import Kernels

/// The rows of a decoded picture as packed 8-bit pixels, made one at a time.
///
/// The arithmetic is libswscale's with accurate rounding and full chroma: chroma is enlarged along the row to 15 bits, blended
/// between rows with 12-bit weights, and the matrix applied in 32 bits, so that the levels are the same. `ChromaRounding` makes
/// it that of JPEG decoders.
struct PixelRows {
    private let operation: PictureOperation
    private let scratch: PictureScratch
    /// The chroma rows that stand enlarged in the scratch space.
    private var present = RowPair()

    init(_ operation: PictureOperation, _ scratch: PictureScratch) {
        self.operation = operation
        self.scratch = scratch
    }

    /// Writes row `y` of the picture. Neighbouring rows share the work on chroma.
    mutating func write(_ y: Int, to pixels: UnsafeMutablePointer<UInt32>) {
        let tap = operation.taps.chromaRows + 4 * y
        let upper = enlarged(Int(tap[0]))
        let lower = enlarged(Int(tap[1]))
        let bias = y & 1 == 0 ? operation.rounding.evenRow : operation.rounding.oddRow
        let blend = ChromaBlend(
            upperWeight: tap[2], lowerWeight: tap[3], bias: bias, kept: operation.rounding.kept)
        let luma = operation.planes.luma + y * operation.planes.lumaStride
        if operation.samples.depth > 8 {
            convert(luma.assumingMemoryBound(to: UInt16.self), upper, lower, blend, to: pixels)
        } else {
            convert(luma.assumingMemoryBound(to: UInt8.self), upper, lower, blend, to: pixels)
        }
    }

    @inline(always)
    private func convert<Sample: FixedWidthInteger>(
        _ luma: UnsafePointer<Sample>, _ upper: UnsafePointer<UInt16>, _ lower: UnsafePointer<UInt16>,
        _ blend: ChromaBlend, to pixels: UnsafeMutablePointer<UInt32>
    ) {
        let (colour, depth, stride) = (operation.colour, Int32(operation.samples.depth), scratch.stride)
        // Luma in 9 fraction bits; of 16 bits, swscale keeps 15.
        let drop: Int32 = MemoryLayout<Sample>.size > 1 && depth == 16 ? 1 : 0
        let lumaWeight = colour.luma &<< (17 &- depth &+ drop)
        let base = (1 &<< 21) &- colour.black &* colour.luma
        for x in 0..<operation.samples.width {
            let y = (Int32(truncatingIfNeeded: luma[x]) &>> drop) &* lumaWeight &+ base
            let blue = blend.difference(upper[x], lower[x])
            let red = blend.difference(upper[stride &+ x], lower[stride &+ x])
            let r = level(y, red &* colour.redOfRed)
            let g = level(y, red &* colour.greenOfRed &+ blue &* colour.greenOfBlue)
            let b = level(y, blue &* colour.blueOfBlue)
            pixels[x] = (r &>> 22) | ((g &>> 14) & 0xFF00) | ((b &>> 6) & 0xFF_0000)
        }
    }

    /// Their sum within 30 bits, of which the upper 8 are the level. The sum itself may pass 31 bits.
    @inline(always)
    private func level(_ luma: Int32, _ chroma: Int32) -> UInt32 {
        let most = 0x3FFF_FFFF &- luma
        let sum = luma &+ (chroma < most ? chroma : most)
        return UInt32(bitPattern: sum > 0 ? sum : 0)
    }

    /// Chroma row `row` at full width: blue, then red.
    private mutating func enlarged(_ row: Int) -> UnsafePointer<UInt16> {
        let place = scratch.chroma + (row & 1) * 2 * scratch.stride
        guard present.replace(with: row) else { return UnsafePointer(place) }
        let planes = operation.planes
        enlarge(planes.blue + row * planes.blueStride, to: place)
        enlarge(planes.red + row * planes.redStride, to: place + scratch.stride)
        return UnsafePointer(place)
    }

    private func enlarge(_ source: UnsafeRawPointer, to target: UnsafeMutablePointer<UInt16>) {
        switch (operation.samples.depth > 8, operation.samples.chromaStep) {
        case (_, 0): for x in 0..<operation.samples.width { target[x] = 1 &<< 14 }
        case (false, 1): enlarge(source.assumingMemoryBound(to: UInt8.self), step: 1, to: target)
        case (false, _): enlarge(source.assumingMemoryBound(to: UInt8.self), step: 2, to: target)
        case (true, 1): enlarge(source.assumingMemoryBound(to: UInt16.self), step: 1, to: target)
        case (true, _): enlarge(source.assumingMemoryBound(to: UInt16.self), step: 2, to: target)
        }
    }

    @inline(always)
    private func enlarge<Sample: FixedWidthInteger>(
        _ source: UnsafePointer<Sample>, step: Int, to target: UnsafeMutablePointer<UInt16>
    ) {
        let samples = operation.samples
        let scale = SampleScale(shift: Int32(samples.depth &- 1))
        if samples.chromaWidth == samples.width {
            for x in 0..<samples.width { target[x] = scale.whole(source[x &* step]) }
        } else if samples.isChromaHalved {
            double(source, step: step, to: target, scale)
        } else {
            for x in 0..<samples.width {
                let tap = operation.taps.chromaColumns + 4 &* x
                target[x] = scale.sum(source[Int(tap[0]) &* step], source[Int(tap[1]) &* step], tap[2], tap[3])
            }
        }
    }

    /// Makes two of every sample, a quarter of the way towards either neighbour.
    @inline(always)
    private func double<Sample: FixedWidthInteger>(
        _ source: UnsafePointer<Sample>, step: Int, to target: UnsafeMutablePointer<UInt16>, _ scale: SampleScale
    ) {
        let (even, odd) = (operation.rounding.evenColumn, operation.rounding.oddColumn)
        let last = operation.samples.chromaWidth &- 1
        target[0] = scale.whole(source[0], even)
        target[2 &* last &+ 1] = scale.whole(source[last &* step], odd)
        for x in 0..<last {
            let (left, right) = (source[x &* step], source[(x &+ 1) &* step])
            target[2 &* x &+ 1] = scale.sum(left, right, 3 &<< 12, 1 &<< 12, odd)
            target[2 &* x &+ 2] = scale.sum(left, right, 1 &<< 12, 3 &<< 12, even)
        }
    }
}

/// Samples of 8 to 16 bits as values of 15 bits.
private struct SampleScale {
    /// One less than the bits of a sample.
    let shift: Int32

    /// A weighted sum, weights of 14 bits.
    @inline(always)
    func sum<Sample: FixedWidthInteger>(
        _ left: Sample, _ right: Sample, _ leftWeight: Int32, _ rightWeight: Int32, _ bias: Int32 = 0
    ) -> UInt16 {
        let sum = Int32(truncatingIfNeeded: left) &* leftWeight &+ Int32(truncatingIfNeeded: right) &* rightWeight
        return UInt16(truncatingIfNeeded: sum &>> shift &+ bias)
    }

    @inline(always)
    func whole<Sample: FixedWidthInteger>(_ sample: Sample, _ bias: Int32 = 0) -> UInt16 {
        UInt16(truncatingIfNeeded: (Int32(truncatingIfNeeded: sample) &<< 14) &>> shift &+ bias)
    }
}

/// What becomes of chroma between two of its rows.
private struct ChromaBlend {
    /// Weights of 12 bits.
    let upperWeight: Int32
    let lowerWeight: Int32
    let bias: Int32
    let kept: Int32

    /// The blend of two values of 15 bits as the difference from neutral, 9 fraction bits.
    @inline(always)
    func difference(_ upper: UInt16, _ lower: UInt16) -> Int32 {
        let sum = Int32(upper) &* upperWeight &+ Int32(lower) &* lowerWeight
        return (((sum &+ bias) & kept) &- 128 &<< 19) &>> 10
    }
}
