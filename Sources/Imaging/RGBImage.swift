/// A packed 8-bit picture, layout `[height, width, 3]`, channels in the order red, green, blue.
package struct RGBImage: Sendable, Hashable {
    package let size: ImageSize
    /// `height * width * 3` bytes, rows top down without padding.
    package var pixels: [UInt8]

    /// A picture over existing bytes; the count must be `width * height * 3`.
    package init(size: ImageSize, pixels: [UInt8]) {
        precondition(pixels.count == size.area * 3, "an RGB picture of \(size) has \(size.area * 3) bytes")
        self.size = size
        self.pixels = pixels
    }

    /// A picture filled with one grey value.
    package init(size: ImageSize, fill: UInt8) {
        self.init(size: size, pixels: Array(repeating: fill, count: size.area * 3))
    }
}

/// A colour, 8 bits a channel, sRGB primaries.
package struct RGBColor: Sendable, Hashable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }
}
