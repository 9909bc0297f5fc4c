/// What the bytes of a feature map stand for: value = scale · (byte − zero).
package struct ByteScale: Sendable, Hashable {
    package var scale: Float
    /// The byte that stands for 0, a whole number in 0...255.
    package var zero: Float

    package init(scale: Float = 1, zero: Float = 0) {
        self.scale = scale
        self.zero = zero
    }
}
