/// Width and height of a picture in pixels.
package struct ImageSize: Sendable, Hashable, Codable, CustomStringConvertible {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Number of pixels.
    package var area: Int { width * height }
    /// Width and height exchanged, as after a rotation by a quarter turn.
    package var transposed: ImageSize { ImageSize(width: height, height: width) }
    package var description: String { "\(width)x\(height)" }
}
