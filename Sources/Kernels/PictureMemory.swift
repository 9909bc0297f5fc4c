/// Source positions and weights for one size and orientation of picture. A tap is four numbers: two positions, two weights.
@safe package struct PictureTables: @unchecked Sendable {
    /// A tap for each luma row: chroma rows, weights of 12 bits.
    package let chromaRows: UnsafePointer<Int32>
    /// A tap for each luma column: chroma samples, weights of 14 bits.
    package let chromaColumns: UnsafePointer<Int32>
    /// A tap for each row and each column of the resized picture as displayed, weights of 11 bits. Positions are rows and columns
    /// of the picture as decoded; where it is turned, a displayed row has columns and a displayed column has rows.
    package let rows: UnsafePointer<Int32>
    package let columns: UnsafePointer<Int32>
    // Kept so that the pointers stay valid as long as this value lives.
    private let owner: WordTable

    package init(chromaRows: [Int32], chromaColumns: [Int32], rows: [Int32], columns: [Int32]) {
        let owner = WordTable(chromaRows + chromaColumns + rows + columns)
        self.owner = owner
        self.chromaRows = UnsafePointer(owner.base)
        self.chromaColumns = self.chromaRows + chromaRows.count
        self.rows = self.chromaColumns + chromaColumns.count
        self.columns = self.rows + rows.count
    }
}

/// The rows that one thread works with.
@safe package struct PictureScratch: @unchecked Sendable {
    /// Elements from a row to the next.
    package let stride: Int
    private let base: UnsafeMutableRawPointer
    // Kept so that the pointers stay valid as long as this value lives.
    private let owner: WordTable

    /// Scratch space for pictures and resized pictures of up to `width` columns.
    package init(width: Int) {
        stride = (width + 31) / 16 * 16
        // Four rows of chroma at half a word, two rows of pixels, three rows of sums at two words.
        owner = WordTable([Int32](repeating: 0, count: stride * 10))
        base = UnsafeMutableRawPointer(owner.base)
    }

    /// Chroma of a row at full width, 15 bits: blue, then red `stride` further. `index` 0 or 1.
    @inline(__always)
    package func chroma(_ index: Int) -> UnsafeMutablePointer<UInt16> {
        (base + index * stride * 4).assumingMemoryBound(to: UInt16.self)
    }

    /// A row of pixels: red, green, blue and 0 from the lowest byte up. `index` 0 or 1.
    @inline(__always)
    package func pixels(_ index: Int) -> UnsafeMutablePointer<UInt32> {
        (base + stride * 8 + index * stride * 4).assumingMemoryBound(to: UInt32.self)
    }

    /// A row of weighted sums, for each pixel red, green, blue and 0. `index` 0, 1 or 2.
    @inline(__always)
    package func sums(_ index: Int) -> UnsafeMutablePointer<UInt16> {
        (base + stride * 16 + index * stride * 8).assumingMemoryBound(to: UInt16.self)
    }
}

/// A block of 32-bit words on a cache-line boundary.
@safe private final class WordTable {
    let base: UnsafeMutablePointer<Int32>

    init(_ values: [Int32]) {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(64, values.count * 4), alignment: 64)
        base = bytes.assumingMemoryBound(to: Int32.self)
        for (index, value) in values.enumerated() { (base + index).initialize(to: value) }
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
