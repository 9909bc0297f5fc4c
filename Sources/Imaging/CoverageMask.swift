/// An 8-bit coverage bitmap, layout `[height, width]`: 0 is outside a glyph, 255 inside, between on its edge.
package struct CoverageMask: Sendable, Hashable {
    package let size: ImageSize
    /// `height * width` bytes, rows top down without padding.
    package let coverage: [UInt8]

    package init(size: ImageSize, coverage: [UInt8]) {
        precondition(coverage.count == size.area, "a coverage mask of \(size) has \(size.area) bytes")
        self.size = size
        self.coverage = coverage
    }
}
