import Imaging

/// The taps of a resized plane as displayed, as positions in the decoded plane.
struct DisplayTaps {
    var rows: [ResizeTap]
    var columns: [ResizeTap]

    /// - Parameters:
    ///   - rows: taps down a column of the plane as displayed.
    ///   - columns: taps along a row of it.
    ///   - size: the plane's size as decoded.
    init(rows: [ResizeTap], columns: [ResizeTap], decoded size: ImageSize, _ orientation: Orientation) {
        let walk = orientation.walk(over: size)
        let isTurned = orientation.quarterTurns % 2 == 1
        self.rows = rows.map { tap in
            isTurned ? tap.moved(to: walk.origin.x, by: walk.down.x) : tap.moved(to: walk.origin.y, by: walk.down.y)
        }
        self.columns = columns.map { tap in
            isTurned ? tap.moved(to: walk.origin.y, by: walk.right.y) : tap.moved(to: walk.origin.x, by: walk.right.x)
        }
    }
}

extension ResizeTap {
    fileprivate func moved(to origin: Int, by step: Int) -> ResizeTap {
        var result = self
        result.first = origin + first * step
        result.second = origin + second * step
        return result
    }

    /// Two positions, two weights.
    var numbers: [Int32] {
        [Int32(first), Int32(second), Int32(firstWeight), Int32(secondWeight)]
    }
}
