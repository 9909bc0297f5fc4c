/// Channels in one block of the layout `[C/16, H, W, 16]`. The same on every instruction set, so that results and
/// packed weights are too.
package let channelBlock = 16

/// Where a feature map `[1, C, H, W]` lies in the arena, in the blocked layout `[⌈C/16⌉, H, W, 16]`.
///
/// Lanes past the last channel hold finite values that no kernel lets reach a result.
package struct BlockedView: Sendable, Hashable {
    /// Arena offset of the first block, floats.
    package var offset: Int
    package var channels: Int
    package var height: Int
    package var width: Int
    package var element: ElementKind
    /// What values stand for where they are bytes.
    package var byteScale: ByteScale

    package init(
        offset: Int, channels: Int, height: Int, width: Int, element: ElementKind = .float32,
        byteScale: ByteScale = ByteScale()
    ) {
        self.offset = offset
        self.channels = channels
        self.height = height
        self.width = width
        self.element = element
        self.byteScale = byteScale
    }

    /// Whether values are 32-bit floats.
    package var storesFloats: Bool { if case .float32 = element { true } else { false } }
    /// Bytes of one pixel of a block.
    package var pixelBytes: Int { 4 * channelBlock / element.valuesPerWord }
    /// Number of 16-channel blocks.
    package var blocks: Int { (channels + channelBlock - 1) / channelBlock }
    /// Pixels in one channel.
    package var pixels: Int { height * width }
    /// Values from one block to the next.
    package var blockStride: Int { pixels * channelBlock }
    /// Values in the whole map.
    package var count: Int { blocks * blockStride }
    /// Floats of the arena that the whole map takes.
    package var words: Int { count / element.valuesPerWord }
}
