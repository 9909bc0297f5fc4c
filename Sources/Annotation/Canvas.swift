package import Imaging
package import Media

/// What a painter must know about the planes of a 4:2:0 frame.
package struct Canvas: Sendable, Hashable {
    /// Pixels of the luma plane, both sides even; chroma planes have half of each.
    package var size: ImageSize
    /// Bytes from a luma row to the next.
    package var lumaStride: Int
    /// Bytes from a chroma row to the next.
    package var chromaStride: Int
    /// Whether values use all of 0...255.
    package var isFullRange: Bool
    package var matrix: ColourMatrix

    package init(size: ImageSize, lumaStride: Int, chromaStride: Int, isFullRange: Bool, matrix: ColourMatrix) {
        self.size = size
        self.lumaStride = lumaStride
        self.chromaStride = chromaStride
        self.isFullRange = isFullRange
        self.matrix = matrix
    }

    init(_ layout: PlaneLayout) {
        self.init(
            size: layout.size, lumaStride: layout.lumaStride, chromaStride: layout.chromaStride,
            isFullRange: layout.isFullRange, matrix: layout.matrix)
    }
}
