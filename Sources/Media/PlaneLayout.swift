package import Imaging

/// How the planes of a `YUVFrame` lie in memory and what their values mean.
package struct PlaneLayout: Sendable, Hashable {
    /// Size of the luma plane in pixels; both sides are even. Chroma planes have half of each.
    package var size: ImageSize
    /// Size of the picture inside, top left: the video's display size, one pixel less than `size` where that is odd.
    package var contentSize: ImageSize
    /// Bytes from a luma row to the next, at least `size.width`.
    package var lumaStride: Int
    /// Bytes from a chroma row to the next, at least `size.width / 2`.
    package var chromaStride: Int
    /// Luma and chroma use 0...255; else luma 16...235 and chroma 16...240.
    package var isFullRange: Bool
    package var matrix: ColourMatrix
}
