import Kernels

extension PictureOperation {
    /// Strips of tensor columns `first..<end` of a picture displayed after a quarter turn: a displayed column is a decoded row.
    func runTurned(_ scratch: PictureScratch, _ first: Int, _ end: Int) {
        var source = ResizedColumns(self, scratch)
        for unit in first..<end {
            let start = unit * Self.columnsPerUnit
            let columns = start..<min(start + Self.columnsPerUnit, form.width)
            for x in columns where x >= form.contentX && x < form.contentX + form.contentWidth {
                source.write(x - form.contentX, to: scratch.levels + (x - start))
            }
            writeStrip(scratch.levels, columns)
            padAround(columns)
        }
    }

    /// Writes a strip of resized pixels, one of which padding may overwrite: whole vectors are faster than what is needed alone.
    private func writeStrip(_ pixels: UnsafePointer<UInt32>, _ columns: Range<Int>) {
        for y in 0..<form.contentHeight {
            let (row, target) = (
                pixels + y * Self.columnsPerUnit, output + (form.contentY + y) * form.width + columns.lowerBound
            )
            if columns.length == Self.columnsPerUnit {
                normalise(row, count: Self.columnsPerUnit, to: target)
            } else {
                normalise(row, count: columns.length, to: target)
            }
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
    /// The decoded rows whose pixels stand in the scratch space.
    private var present = RowPair()

    init(_ operation: PictureOperation, _ scratch: PictureScratch) {
        self.operation = operation
        self.scratch = scratch
        pixels = PixelRows(operation, scratch)
    }

    /// Writes resized column `x` as pixels, a strip's width apart, from `target` on.
    mutating func write(_ x: Int, to target: UnsafeMutablePointer<UInt32>) {
        let tap = operation.taps.columns + 4 * x
        let (left, right) = (decoded(Int(tap[0])), decoded(Int(tap[1])))
        let (leftWeight, rightWeight) = (UInt32(bitPattern: tap[2]), UInt32(bitPattern: tap[3]))
        let sums = scratch.sums
        // Along the displayed row first, as for a picture that is not turned: the levels depend on the order.
        for index in 0..<operation.samples.width * 4 {
            sums[index] = blendAlongRow(UInt32(left[index]), UInt32(right[index]), leftWeight, rightWeight)
        }
        shrink(sums, to: target)
    }

    /// The pixels of decoded row `row`, four bytes each.
    private mutating func decoded(_ row: Int) -> UnsafePointer<UInt8> {
        let place = scratch.pixels + (row & 1) * scratch.stride
        if present.replace(with: row) { pixels.write(row, to: place) }
        return UnsafeRawPointer(place).assumingMemoryBound(to: UInt8.self)
    }

    @inline(always)
    private func shrink(_ sums: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<UInt32>) {
        for y in 0..<operation.form.contentHeight {
            let tap = operation.taps.rows + 4 &* y
            let (upper, lower) = (term(sums, tap[0], tap[2]), term(sums, tap[1], tap[3]))
            // As `blendBetweenRows`, for four colours at once.
            let levels = SIMD4<UInt8>(
                truncatingIfNeeded: (upper &+ lower &+ SIMD4(repeating: 2)) &>> SIMD4(repeating: 2))
            target[PictureOperation.columnsPerUnit &* y] = unsafeBitCast(levels, to: UInt32.self)
        }
    }

    @inline(always)
    private func term(_ sums: UnsafePointer<UInt16>, _ position: Int32, _ weight: Int32) -> SIMD4<UInt32> {
        let sum = UnsafeRawPointer(sums + 4 &* Int(position)).loadUnaligned(as: SIMD4<UInt16>.self)
        return (SIMD4<UInt32>(truncatingIfNeeded: sum) &* SIMD4(repeating: UInt32(bitPattern: weight)))
            &>> SIMD4(repeating: 16)
    }
}
