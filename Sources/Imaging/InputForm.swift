/// How a model wants its picture: size, placement and the numbers that stand for levels.
///
/// The tensor is `[1, 3, height, width]`; a value is level × factor + offset of its channel, level 0...255.
package struct InputForm: Sendable, Hashable {
    /// Size of the input.
    package var size: ImageSize
    package var resizeMode: ResizeMode
    /// How pixels of the scaled picture are made.
    package var resampling: Resampling
    /// The three channels of the tensor in order.
    package var channels: [Channel]
    /// Level around the picture, 0...255.
    package var padValue: UInt8

    /// One channel of the tensor.
    package struct Channel: Sendable, Hashable {
        /// 0, 1, 2: red, green, blue.
        package var colour: Int
        package var factor: Double
        package var offset: Double

        package init(colour: Int, factor: Double, offset: Double) {
            self.colour = colour
            self.factor = factor
            self.offset = offset
        }
    }

    /// `channels` must be three, one for each colour.
    package init(
        size: ImageSize, resizeMode: ResizeMode, resampling: Resampling = .bilinear, channels: [Channel],
        padValue: UInt8
    ) {
        precondition(channels.map(\.colour).sorted() == [0, 1, 2], "three channels, one for each colour")
        self.size = size
        self.resizeMode = resizeMode
        self.resampling = resampling
        self.channels = channels
        self.padValue = padValue
    }

    /// The geometry of a displayed picture of `source` pixels inside the input.
    package func letterbox(for source: ImageSize) -> Letterbox {
        Letterbox(source: source, target: size, mode: resizeMode)
    }
}
