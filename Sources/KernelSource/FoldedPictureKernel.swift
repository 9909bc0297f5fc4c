import Kernels

extension FoldedPictureOperation {
    func run(_ scratch: PictureScratch, _ first: Int, _ end: Int) {
        let plane = units * form.width
        for cell in first..<end {
            let row = output + cell * form.width
            writeLuma(2 * cell, scratch, to: row)
            writeLuma(2 * cell + 1, scratch, to: row + plane)
            writeChroma(cell, scratch, to: row + 2 * plane)
        }
    }

    private func writeLuma(_ y: Int, _ scratch: PictureScratch, to row: UnsafeMutablePointer<Float>) {
        let contentY = y - form.contentY
        guard contentY >= 0 && contentY < form.contentHeight else { return pad(row, 0, form.width, form.luma) }
        let tap = RowBlend(taps.lumaRows + 4 * contentY)
        tap.blend(planes.luma, stride: planes.lumaStride, step: 1, count: lumaWidth, to: scratch.sums)
        pad(row, 0, form.contentX, form.luma)
        let samples = UnsafeRawPointer(scratch.sums)
        for x in 0..<form.contentWidth { scratch.levels[x] = pair(samples, taps.lumaColumns.positions[x]) }
        resize(scratch.levels, taps.lumaColumns, form.contentWidth, to: row + form.contentX, form.luma, form.luma)
        pad(row, form.contentX + form.contentWidth, form.width, form.luma)
    }

    private func writeChroma(_ y: Int, _ scratch: PictureScratch, to row: UnsafeMutablePointer<Float>) {
        let (rows, columns) = (form.cellRows, form.cellColumns)
        guard y >= rows.lowerBound && y < rows.upperBound else { return padChroma(row, 0, form.width / 2) }
        let tap = RowBlend(taps.chromaRows + 4 * (y - rows.lowerBound))
        let (blue, red) = (scratch.sums, scratch.sums + 4 * scratch.stride)
        blendChroma(tap, planes.blue, planes.blueStride, to: blue)
        blendChroma(tap, planes.red, planes.redStride, to: red)
        padChroma(row, 0, columns.lowerBound)
        let (target, count) = (row + 2 * columns.lowerBound, columns.upperBound - columns.lowerBound)
        let (blueSamples, redSamples) = (UnsafeRawPointer(blue), UnsafeRawPointer(red))
        for x in 0..<count {
            scratch.levels[2 &* x] = pair(blueSamples, taps.chromaColumns.positions[x])
            scratch.levels[2 &* x &+ 1] = pair(redSamples, taps.chromaColumns.positions[x])
        }
        resize(scratch.levels, taps.chromaColumns, 2 * count, to: target, form.blue, form.red)
        padChroma(row, columns.upperBound, form.width / 2)
    }

    @inline(always)
    private func blendChroma(
        _ tap: RowBlend, _ samples: UnsafeRawPointer, _ stride: Int, to sums: UnsafeMutablePointer<UInt16>
    ) {
        if chromaStep == 1 {
            tap.blend(samples, stride: stride, step: 1, count: chromaWidth, to: sums)
        } else {
            tap.blend(samples, stride: stride, step: 2, count: chromaWidth, to: sums)
        }
    }

    /// Two neighbouring sums in one word. Fetched first and computed with afterwards, since the compiler makes vectors of the
    /// latter only.
    @inline(always)
    private func pair(_ sums: UnsafeRawPointer, _ position: Int32) -> UInt32 {
        sums.loadUnaligned(fromByteOffset: 2 &* Int(position), as: UInt32.self)
    }

    /// Writes `count` samples resized along the row, for which `pairs` were fetched, of two kinds in turn.
    @inline(always)
    private func resize(
        _ pairs: UnsafePointer<UInt32>, _ taps: FoldedColumnTaps, _ count: Int, to row: UnsafeMutablePointer<Float>,
        _ even: FoldedPictureForm.Target, _ odd: FoldedPictureForm.Target
    ) {
        // 8 bits of the weights between rows and 11 of those along the row.
        let unit = Float(1) / Float(1 << 19)
        let (evenOffset, oddOffset) = (even.offset, odd.offset)
        for x in 0..<count {
            let (first, second) = (Int32(bitPattern: pairs[x] & 0xFFFF), Int32(bitPattern: pairs[x] &>> 16))
            let sum = first &* taps.firstWeights[x] &+ second &* taps.secondWeights[x]
            row[x] = Float(sum) * unit + (x & 1 == 0 ? evenOffset : oddOffset)
        }
    }

    @inline(always)
    private func pad(_ row: UnsafeMutablePointer<Float>, _ first: Int, _ end: Int, _ target: FoldedPictureForm.Target) {
        for x in first..<max(first, end) { row[x] = target.padding }
    }

    @inline(always)
    private func padChroma(_ row: UnsafeMutablePointer<Float>, _ first: Int, _ end: Int) {
        for x in first..<max(first, end) {
            row[2 &* x] = form.blue.padding
            row[2 &* x &+ 1] = form.red.padding
        }
    }
}

/// Two rows of a plane and their weights, 256 together.
private struct RowBlend {
    let upper: Int
    let lower: Int
    let upperWeight: UInt16
    let lowerWeight: UInt16

    @inline(always)
    init(_ tap: UnsafePointer<Int32>) {
        (upper, lower) = (Int(tap[0]), Int(tap[1]))
        (upperWeight, lowerWeight) = (UInt16(truncatingIfNeeded: tap[2]), UInt16(truncatingIfNeeded: tap[3]))
    }

    /// Writes `count` weighted sums of samples that are `step` bytes apart.
    @inline(always)
    func blend(
        _ plane: UnsafeRawPointer, stride: Int, step: Int, count: Int, to sums: UnsafeMutablePointer<UInt16>
    ) {
        let first = (plane + upper * stride).assumingMemoryBound(to: UInt8.self)
        let second = (plane + lower * stride).assumingMemoryBound(to: UInt8.self)
        for x in 0..<count {
            sums[x] = UInt16(first[x &* step]) &* upperWeight &+ UInt16(second[x &* step]) &* lowerWeight
        }
    }
}
