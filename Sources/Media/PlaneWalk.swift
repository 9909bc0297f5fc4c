import Imaging

/// Copies planes of one byte a pixel in display orientation.
struct PlaneWalk {
    /// Size of the displayed plane.
    private let size: ImageSize
    /// Byte offset in the decoded plane of the displayed plane's first pixel, and steps for one pixel to the right and one down.
    private let origin: Int
    private let right: Int
    private let down: Int

    /// A walk over a decoded plane of `size` with rows `stride` bytes apart.
    init(_ orientation: Orientation, over size: ImageSize, stride: Int) {
        let walk = orientation.walk(over: size)
        func offset(_ step: (x: Int, y: Int)) -> Int { step.x + step.y * stride }
        self.size = orientation.displaySize(of: size)
        origin = offset(walk.origin)
        right = offset(walk.right)
        down = offset(walk.down)
    }

    func copy(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, stride: Int) {
        for row in 0..<size.height {
            let from = source + origin + row * down
            let to = target + row * stride
            if right == 1 {
                to.update(from: from, count: size.width)
            } else {
                for column in 0..<size.width { to[column] = from[column * right] }
            }
        }
    }

    /// Copies three planes of one geometry, a byte each, as packed pixels without padding.
    func interleave(
        _ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, _ third: UnsafePointer<UInt8>,
        to target: UnsafeMutablePointer<UInt8>
    ) {
        for row in 0..<size.height {
            var from = origin + row * down
            let to = target + row * size.width * 3
            for column in 0..<size.width {
                to[3 * column] = first[from]
                to[3 * column + 1] = second[from]
                to[3 * column + 2] = third[from]
                from += right
            }
        }
    }
}
