import CFFmpeg
import Imaging

/// A writable 8-bit 4:2:0 picture in display orientation, to be drawn on and encoded. Owns its memory.
package final class YUVFrame {
    /// Presentation time in ticks of the source's time base.
    package let pts: Int64
    /// Ticks on display; 0 where unknown.
    package let duration: Int64
    package let layout: PlaneLayout
    let box: AVFrameBox

    init(_ box: AVFrameBox, pts: Int64, duration: Int64, layout: PlaneLayout) {
        self.box = box
        self.pts = pts
        self.duration = duration
        self.layout = layout
    }

    /// Gives `body` the three planes for reading and writing. A plane holds (rows − 1) × stride + row length bytes.
    package func withPlanes<Result>(
        _ body: (
            _ luma: inout MutableSpan<UInt8>, _ blue: inout MutableSpan<UInt8>, _ red: inout MutableSpan<UInt8>,
            _ layout: PlaneLayout
        ) -> Result
    ) -> Result {
        let (luma, blue, red) = (plane(0), plane(1), plane(2))
        var lumaSpan = luma.mutableSpan
        var blueSpan = blue.mutableSpan
        var redSpan = red.mutableSpan
        return body(&lumaSpan, &blueSpan, &redSpan, layout)
    }

    private func plane(_ index: Int32) -> UnsafeMutableBufferPointer<UInt8> {
        let (width, rows, stride) =
            index == 0
            ? (layout.size.width, layout.size.height, layout.lumaStride)
            : (layout.size.width / 2, layout.size.height / 2, layout.chromaStride)
        return UnsafeMutableBufferPointer(start: box.plane(index), count: (rows - 1) * stride + width)
    }
}
