/// A bilinear resize of packed RGB pictures that gives the very bytes of OpenCV's `resize(…, INTER_LINEAR)`.
///
/// Half-pixel centres, two taps an axis, weights of 11 bits, intermediate sums truncated as OpenCV truncates them; an exact
/// halving of both axes is the rounded mean of four pixels. Detectors were trained and judged with pictures shrunk this way.
/// Holds its tables and two row buffers, so that resizing frame after frame allocates nothing.
package struct BilinearResizer: Sendable {
    package let source: ImageSize
    package let target: ImageSize
    let columns: [ResizeTap]
    let rows: [ResizeTap]
    let isHalving: Bool
    /// Horizontally resized source rows, 4 fraction bits dropped; the taps of one target row.
    var upper: SourceRow
    var lower: SourceRow

    /// Tables for resizing pictures of `source` pixels to `target` pixels; neither may be empty.
    package init(source: ImageSize, target: ImageSize) {
        precondition(
            source.width > 0 && source.height > 0 && target.width > 0 && target.height > 0,
            "cannot resize \(source) to \(target)")
        self.source = source
        self.target = target
        columns = ResizeTap.columns(source: source.width, target: target.width)
        rows = ResizeTap.rows(source: source.height, target: target.height)
        isHalving = source.width == 2 * target.width && source.height == 2 * target.height
        upper = SourceRow(count: target.width * 3)
        lower = upper
    }

    /// The resized picture.
    package mutating func resize(_ image: RGBImage) -> RGBImage {
        var result = RGBImage(size: target, fill: 0)
        var span = result.pixels.mutableSpan
        resize(image.pixels.span, into: &span)
        return result
    }

    /// Resizes `pixels` (layout `[source.height, source.width, 3]`) into `result` (`[target.height, target.width, 3]`).
    package mutating func resize(_ pixels: Span<UInt8>, into result: inout MutableSpan<UInt8>) {
        precondition(result.count == target.area * 3, "a picture of \(target) has \(target.area * 3) bytes")
        for y in 0..<target.height {
            resizeRow(y, of: pixels, into: &result, at: y * target.width * 3)
        }
    }
}
