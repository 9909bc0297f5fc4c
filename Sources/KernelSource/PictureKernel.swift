import Kernels

extension PictureOperation {
    func run(_ scratch: PictureScratch, _ first: Int, _ end: Int) {
        if isTurned { return runTurned(scratch, first, end) }
        var source = ResizedRows(self, scratch)
        for y in first..<end {
            let row = output + y * form.width
            let contentY = y - form.contentY
            if contentY < 0 || contentY >= form.contentHeight {
                pad(row, 0, form.width)
            } else {
                pad(row, 0, form.contentX)
                source.write(contentY, to: row + form.contentX)
                pad(row, form.contentX + form.contentWidth, form.width)
            }
        }
    }

    /// Fills columns `first..<end` of a row of all three planes.
    @inline(always)
    func pad(_ row: UnsafeMutablePointer<Float>, _ first: Int, _ end: Int) {
        pad(row, first, end, form.red)
        pad(row, first, end, form.green)
        pad(row, first, end, form.blue)
    }

    @inline(always)
    private func pad(_ row: UnsafeMutablePointer<Float>, _ first: Int, _ end: Int, _ channel: ChannelTarget) {
        let plane = row + channel.plane * form.width * form.height
        for x in first..<max(first, end) { plane[x] = channel.padding }
    }

    /// Writes `count` resized pixels to the three planes from `target` on.
    @inline(always)
    func normalise(_ pixels: UnsafePointer<UInt32>, count: Int, to target: UnsafeMutablePointer<Float>) {
        normalise(pixels, count, shift: 0, to: target, form.red)
        normalise(pixels, count, shift: 8, to: target, form.green)
        normalise(pixels, count, shift: 16, to: target, form.blue)
    }

    @inline(always)
    private func normalise(
        _ pixels: UnsafePointer<UInt32>, _ count: Int, shift: UInt32, to target: UnsafeMutablePointer<Float>,
        _ channel: ChannelTarget
    ) {
        let plane = target + channel.plane * form.width * form.height
        let (factor, offset) = (channel.factor, channel.offset)
        for x in 0..<count {
            plane[x] = Float(Int32(bitPattern: (pixels[x] &>> shift) & 0xFF)) * factor + offset
        }
    }
}

/// Two levels, blended as OpenCV does along a row: 4 of 11 fraction bits are dropped.
@inline(always)
func blendAlongRow(_ first: UInt32, _ second: UInt32, _ firstWeight: UInt32, _ secondWeight: UInt32) -> UInt16 {
    UInt16(truncatingIfNeeded: (first &* firstWeight &+ second &* secondWeight) &>> 4)
}

/// Two sums of `blendAlongRow`, blended as OpenCV does between rows: a level.
@inline(always)
func blendBetweenRows(_ upper: UInt16, _ lower: UInt16, _ upperWeight: UInt16, _ lowerWeight: UInt16) -> UInt8 {
    let first = UInt16(truncatingIfNeeded: (UInt32(upper) &* UInt32(upperWeight)) &>> 16)
    let second = UInt16(truncatingIfNeeded: (UInt32(lower) &* UInt32(lowerWeight)) &>> 16)
    return UInt8(truncatingIfNeeded: (first &+ second &+ 2) &>> 2)
}

/// Rows of the resized picture, made one after the other.
private struct ResizedRows {
    private let operation: PictureOperation
    private let scratch: PictureScratch
    private var pixels: PixelRows
    /// The picture's rows whose resized sums stand in the scratch space.
    private var present = RowPair()

    init(_ operation: PictureOperation, _ scratch: PictureScratch) {
        self.operation = operation
        self.scratch = scratch
        pixels = PixelRows(operation, scratch)
    }

    /// Writes resized row `y` to the three planes, from `target` on.
    mutating func write(_ y: Int, to target: UnsafeMutablePointer<Float>) {
        let tap = operation.taps.rows + 4 * y
        let (upper, lower) = (sums(Int(tap[0])), sums(Int(tap[1])))
        let levels = UnsafeMutableRawPointer(scratch.levels).assumingMemoryBound(to: UInt8.self)
        let (upperWeight, lowerWeight) = (UInt16(truncatingIfNeeded: tap[2]), UInt16(truncatingIfNeeded: tap[3]))
        for index in 0..<operation.form.contentWidth * 4 {
            levels[index] = blendBetweenRows(upper[index], lower[index], upperWeight, lowerWeight)
        }
        operation.normalise(scratch.levels, count: operation.form.contentWidth, to: target)
    }

    /// Row `row` of the picture, resized along the row: weighted sums.
    private mutating func sums(_ row: Int) -> UnsafeMutablePointer<UInt16> {
        let place = scratch.sums + (row & 1) * 4 * scratch.stride
        guard present.replace(with: row) else { return place }
        pixels.write(row, to: scratch.pixels)
        shrink(scratch.pixels, to: place)
        return place
    }

    @inline(always)
    private func shrink(_ pixels: UnsafePointer<UInt32>, to sums: UnsafeMutablePointer<UInt16>) {
        let target = UnsafeMutableRawPointer(sums)
        // Two columns at a time fill a register; past an odd number of them is one that nobody reads.
        var x = 0
        while x < operation.form.contentWidth {
            let (left, right) = (terms(pixels, x), terms(pixels, x &+ 1))
            let first = SIMD8(lowHalf: left.lowHalf, highHalf: right.lowHalf)
            let second = SIMD8(lowHalf: left.highHalf, highHalf: right.highHalf)
            // As `blendAlongRow`, for four colours at once.
            let sum = SIMD8<UInt16>(truncatingIfNeeded: (first &+ second) &>> SIMD8(repeating: 4))
            target.storeBytes(of: sum, toByteOffset: 8 &* x, as: SIMD8<UInt16>.self)
            x &+= 2
        }
    }

    /// The weighted colours of both pixels that column `x` lies between.
    @inline(always)
    private func terms(_ pixels: UnsafePointer<UInt32>, _ x: Int) -> SIMD8<UInt32> {
        let pair = UnsafeRawPointer(pixels + Int(operation.taps.pairs[x])).loadUnaligned(as: SIMD8<UInt8>.self)
        let weights = UnsafeRawPointer(operation.taps.pairWeights + 8 &* x).loadUnaligned(as: SIMD8<UInt32>.self)
        return SIMD8<UInt32>(truncatingIfNeeded: pair) &* weights
    }
}
