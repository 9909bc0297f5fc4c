/// Source positions and weights for one size and orientation of picture. A tap is four numbers: two positions, two weights.
package struct PictureTaps {
    /// A tap for each luma row: chroma rows, weights of 12 bits.
    package let chromaRows: UnsafePointer<Int32>
    /// A tap for each luma column: chroma samples, weights of 14 bits.
    package let chromaColumns: UnsafePointer<Int32>
    /// A tap for each row and each column of the resized picture as displayed, weights of 11 bits. Positions are rows and columns
    /// of the picture as decoded; where it is turned, a displayed row has columns and a displayed column has rows.
    package let rows: UnsafePointer<Int32>
    package let columns: UnsafePointer<Int32>
    /// For each column of the resized picture, where it is not turned: the left one of two neighbouring columns of the decoded
    /// picture, and four times its weight, four times the other's.
    package let pairs: UnsafePointer<Int32>
    package let pairWeights: UnsafePointer<UInt32>
}

/// Owns the memory of `taps`.
@safe package final class PictureTables: @unchecked Sendable {
    package let taps: PictureTaps
    private let words: UnsafeMutablePointer<Int32>

    /// Taps in the order of `PictureTaps`; `pairs` follow from `columns` if those are neighbours.
    package init(chromaRows: [Int32], chromaColumns: [Int32], rows: [Int32], columns: [Int32]) {
        let positions = stride(from: 0, to: columns.count, by: 4).map { min(columns[$0], columns[$0 + 1]) }
        let weights = stride(from: 0, to: columns.count, by: 4).flatMap { tap in
            let isInOrder = columns[tap] <= columns[tap + 1]
            let pair = isInOrder ? (columns[tap + 2], columns[tap + 3]) : (columns[tap + 3], columns[tap + 2])
            return Array(repeating: pair.0, count: 4) + Array(repeating: pair.1, count: 4)
        }
        // The kernel works on two columns at a time: one more, of no weight.
        let parts = [
            weights + Array(repeating: 0, count: 8), chromaRows, chromaColumns, rows, columns, positions + [0],
        ]
        let values = Array(parts.joined())
        words = allocateWords(values.count)
        for index in values.indices { words[index] = values[index] }
        let starts = parts.reduce(into: [UnsafePointer(words)]) { $0.append($0[$0.count - 1] + $1.count) }
        taps = PictureTaps(
            chromaRows: starts[1], chromaColumns: starts[2], rows: starts[3], columns: starts[4], pairs: starts[5],
            pairWeights: UnsafeRawPointer(words).assumingMemoryBound(to: UInt32.self))
    }

    deinit { words.deallocate() }
}

/// The rows that one thread works with, `stride` pixels each.
package struct PictureScratch {
    package let stride: Int
    /// Four rows of chroma of 15 bits at full width: blue and red of an even row, blue and red of an odd one.
    package let chroma: UnsafeMutablePointer<UInt16>
    /// Two rows of pixels: red, green, blue and 0 from the lowest byte up.
    package let pixels: UnsafeMutablePointer<UInt32>
    /// Two rows of weighted sums: four for each pixel.
    package let sums: UnsafeMutablePointer<UInt16>
    /// One row of resized pixels, as in `pixels`; or a strip of columns, a unit of a turned picture.
    package let levels: UnsafeMutablePointer<UInt32>

    fileprivate static let wordsPerPixel = 8 + PictureOperation.columnsPerUnit

    fileprivate init(_ words: UnsafeMutablePointer<Int32>, stride: Int) {
        let base = UnsafeMutableRawPointer(words)
        self.stride = stride
        chroma = base.assumingMemoryBound(to: UInt16.self)
        pixels = (base + 8 * stride).assumingMemoryBound(to: UInt32.self)
        sums = (base + 16 * stride).assumingMemoryBound(to: UInt16.self)
        levels = (base + 32 * stride).assumingMemoryBound(to: UInt32.self)
    }
}

/// Owns the memory of `scratch`.
@safe package final class PictureWorkspace {
    package let scratch: PictureScratch
    private let words: UnsafeMutablePointer<Int32>

    /// Scratch space for pictures of up to `width` columns and resized pictures of up to `width` columns or, turned, rows.
    package init(width: Int) {
        // A pixel more than asked for: the last one is read as the first of a pair.
        let stride = (width + 1 + 15) / 16 * 16
        words = allocateWords(stride * PictureScratch.wordsPerPixel)
        scratch = PictureScratch(words, stride: stride)
    }

    deinit { words.deallocate() }
}

/// `count` words, all zero, on a cache-line boundary.
private func allocateWords(_ count: Int) -> UnsafeMutablePointer<Int32> {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(64, count * 4), alignment: 64)
    return bytes.initializeMemory(as: Int32.self, repeating: 0, count: count)
}
