/// What the bytes of a feature map stand for: value = scale · (byte − zero).
package struct ByteScale: Sendable, Hashable {
    package var scale: Float
    /// The byte that stands for 0, a whole number in 0...255.
    package var zero: Float
    /// Position in the constants of the scales' inverses for each channel, padded to whole blocks, and behind them of the zeros,
    /// where channels have their own. Nil where all share the above.
    package var channels: Int?

    package init(scale: Float = 1, zero: Float = 0, channels: Int? = nil) {
        self.scale = scale
        self.zero = zero
        self.channels = channels
    }
}
