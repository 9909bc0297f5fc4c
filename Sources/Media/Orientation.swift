package import Imaging

/// How a decoded picture is turned for display: mirrored left to right first (where `isMirrored`), then rotated clockwise.
package struct Orientation: Sendable, Hashable, Codable {
    /// Clockwise quarter turns, 0...3.
    package var quarterTurns: Int
    /// Whether left and right are exchanged before the rotation.
    package var isMirrored: Bool

    package init(quarterTurns: Int = 0, isMirrored: Bool = false) {
        self.quarterTurns = ((quarterTurns % 4) + 4) % 4
        self.isMirrored = isMirrored
    }

    /// Displayed as decoded.
    package static let upright = Orientation()

    /// The size of a picture of `size` once it is turned.
    package func displaySize(of size: ImageSize) -> ImageSize { quarterTurns % 2 == 1 ? size.transposed : size }
}

extension Orientation {
    /// The nearest of the eight orientations to a display matrix, which takes the point (x, y) to (ax + cy, bx + dy).
    init(a: Int32, b: Int32, c: Int32, d: Int32) {
        let mirrored = Double(a) * Double(d) - Double(b) * Double(c) < 0
        let (right, down) = mirrored ? (-Double(a), -Double(b)) : (Double(a), Double(b))
        let turns = abs(right) >= abs(down) ? (right >= 0 ? 0 : 2) : (down > 0 ? 1 : 3)
        self.init(quarterTurns: turns, isMirrored: mirrored)
    }

    /// Where the pixel at (0, 0) of the displayed picture lies in a decoded picture of `size`, and the steps in the decoded picture for one
    /// pixel to the right and one down in the displayed one.
    func walk(over size: ImageSize) -> (origin: (x: Int, y: Int), right: (x: Int, y: Int), down: (x: Int, y: Int)) {
        let (lastX, lastY) = (size.width - 1, size.height - 1)
        let turned: (origin: (x: Int, y: Int), right: (x: Int, y: Int), down: (x: Int, y: Int)) =
            switch quarterTurns {
            case 1: ((0, lastY), (0, -1), (1, 0))
            case 2: ((lastX, lastY), (-1, 0), (0, -1))
            case 3: ((lastX, 0), (0, 1), (-1, 0))
            default: ((0, 0), (1, 0), (0, 1))
            }
        guard isMirrored else { return turned }
        return (
            (lastX - turned.origin.x, turned.origin.y), (-turned.right.x, turned.right.y),
            (-turned.down.x, turned.down.y)
        )
    }
}
