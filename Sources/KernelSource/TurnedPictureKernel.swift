import Kernels

extension PictureOperation {
    /// Strips of tensor columns `first..<end` of a picture displayed after a quarter turn: a displayed column is a decoded row.
    func runTurned(_ scratch: PictureScratch, _ first: Int, _ end: Int) {
        var source = ResizedColumns(self, scratch)
        for unit in first..<end {
            let start = unit * Self.columnsPerUnit
            let columns = start..<min(start + Self.columnsPerUnit, form.width)
            padAround(columns)
            for x in columns where x >= form.contentX && x < form.contentX + form.contentWidth {
                source.write(x - form.contentX, to: output + form.contentY * form.width + x)
            }
        }
    }

    /// Writes a column of resized pixels to the three planes from `target` down.
    @inline(always)
    func normalise(_ pixels: UnsafePointer<UInt32>, down target: UnsafeMutablePointer<Float>) {
        normalise(pixels, shift: 0, down: target, form.red)
        normalise(pixels, shift: 8, down: target, form.green)
        normalise(pixels, shift: 16, down: target, form.blue)
    }

    @inline(always)
    private func normalise(
        _ pixels: UnsafePointer<UInt32>, shift: UInt32, down target: UnsafeMutablePointer<Float>,
        _ channel: ChannelTarget
    ) {
        let plane = target + channel.plane * form.width * form.height
        for y in 0..<form.contentHeight {
            let level = Float(Int32(bitPattern: (pixels[y] &>> shift) & 0xFF))
            plane[y &* form.width] = level * channel.factor + channel.offset
        }
    }

    /// Padding above, below, left and right of the picture in these columns.
    private func padAround(_ columns: Range<Int>) {
        for y in 0..<form.height {
            let row = output + y * form.width
            if y < form.contentY || y >= form.contentY + form.contentHeight {
                pad(row, columns.lowerBound, columns.upperBound)
            } else {
                pad(row, columns.lowerBound, min(columns.upperBound, form.contentX))
                pad(row, max(columns.lowerBound, form.contentX + form.contentWidth), columns.upperBound)
            }
        }
    }
}

/// Columns of the resized picture, made one after the other from rows of the decoded one.
private struct ResizedColumns {
    private let operation: PictureOperation
    private let scratch: PictureScratch
    private var pixels: PixelRows
    /// Numbers of the decoded rows, an even and an odd one, whose pixels stand in the scratch space; -1: none.
    private var even = -1
    private var odd = -1

    init(_ operation: PictureOperation, _ scratch: PictureScratch) {
        self.operation = operation
        self.scratch = scratch
        pixels = PixelRows(operation, scratch)
    }

    /// Writes resized column `x` to the three planes, from `target` down.
    mutating func write(_ x: Int, to target: UnsafeMutablePointer<Float>) {
        let tap = operation.taps.columns + 4 * x
        let (left, right) = (decoded(Int(tap[0])), decoded(Int(tap[1])))
        let (leftWeight, rightWeight) = (UInt32(bitPattern: tap[2]), UInt32(bitPattern: tap[3]))
        let sums = scratch.sums
        // Along the displayed row first, as for a picture that is not turned: the levels depend on the order.
        for index in 0..<operation.samples.width * 4 {
            sums[index] = blendAlongRow(UInt32(left[index]), UInt32(right[index]), leftWeight, rightWeight)
        }
        shrink(sums, to: UnsafeMutableRawPointer(scratch.levels).assumingMemoryBound(to: UInt8.self))
        operation.normalise(scratch.levels, down: target)
    }

    /// The pixels of decoded row `row`, four bytes each.
    private mutating func decoded(_ row: Int) -> UnsafePointer<UInt8> {
        let place = scratch.pixels + (row & 1) * scratch.stride
        if row != (row & 1 == 0 ? even : odd) {
            if row & 1 == 0 { even = row } else { odd = row }
            pixels.write(row, to: place)
        }
        return UnsafeRawPointer(place).assumingMemoryBound(to: UInt8.self)
    }

    @inline(always)
    private func shrink(_ sums: UnsafePointer<UInt16>, to levels: UnsafeMutablePointer<UInt8>) {
        for y in 0..<operation.form.contentHeight {
            let tap = operation.taps.rows + 4 &* y
            let (upper, lower) = (sums + 4 &* Int(tap[0]), sums + 4 &* Int(tap[1]))
            let (upperWeight, lowerWeight) = (UInt16(truncatingIfNeeded: tap[2]), UInt16(truncatingIfNeeded: tap[3]))
            for colour in 0..<4 {
                levels[4 &* y &+ colour] = blendBetweenRows(upper[colour], lower[colour], upperWeight, lowerWeight)
            }
        }
    }
}
