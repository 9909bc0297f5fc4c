import Imaging

/// Copies a plane in display orientation.
struct PlaneWalk {
    /// Size of the displayed plane.
    private let size: ImageSize
    /// Byte offset in the decoded plane of the displayed plane's first pixel, and steps for one pixel to the right and one down.
    private let origin: Int
    private let right: Int
    private let down: Int
    private let bytesPerPixel: Int

    /// A walk over a decoded plane of `size` with rows `stride` bytes apart.
    init(_ orientation: Orientation, over size: ImageSize, stride: Int, bytesPerPixel: Int) {
        let walk = orientation.walk(over: size)
        func offset(_ step: (x: Int, y: Int)) -> Int { step.x * bytesPerPixel + step.y * stride }
        self.size = orientation.displaySize(of: size)
        self.bytesPerPixel = bytesPerPixel
        origin = offset(walk.origin)
        right = offset(walk.right)
        down = offset(walk.down)
    }

    func copy(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, stride: Int) {
        for row in 0..<size.height {
            let from = source + origin + row * down
            let to = target + row * stride
            if right == bytesPerPixel {
                to.update(from: from, count: size.width * bytesPerPixel)
            } else if bytesPerPixel == 1 {
                for column in 0..<size.width { to[column] = from[column * right] }
            } else {
                copyPixels(from, to)
            }
        }
    }

    private func copyPixels(_ from: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>) {
        for column in 0..<size.width {
            let pixel = from + column * right
            for byte in 0..<bytesPerPixel { to[column * bytesPerPixel + byte] = pixel[byte] }
        }
    }
}
