/// Puts names beside the discs of a figure so that nothing lies on anything else, where there is room.
struct LabelPlacement {
    /// A rectangle, y down.
    struct Box {
        let left: Double
        let top: Double
        let right: Double
        let bottom: Double

        init(left: Double, top: Double, right: Double, bottom: Double) {
            (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
        }

        /// Around a disc.
        init(_ x: Double, _ y: Double, radius: Double) {
            self.init(left: x - radius, top: y - radius, right: x + radius, bottom: y + radius)
        }

        var centre: (x: Double, y: Double) { ((left + right) / 2, (top + bottom) / 2) }

        /// Area of what two boxes share.
        func overlap(_ other: Box) -> Double {
            max(0, min(right, other.right) - max(left, other.left))
                * max(0, min(bottom, other.bottom) - max(top, other.top))
        }

        var area: Double { (right - left) * (bottom - top) }

        /// The larger of the gaps across and down; 0 where the boxes touch.
        func distance(to other: Box) -> Double {
            max(0, left - other.right, other.left - right, top - other.bottom, other.top - bottom)
        }

        /// The end that is nearer to `other`.
        func nearestX(to other: Box) -> Double {
            abs(left - other.centre.x) < abs(right - other.centre.x) ? left : right
        }
    }

    /// The discs, in the order of their names.
    let anchors: [Box]
    /// What else must stay visible.
    let obstacles: [Box]
    /// Names stay inside.
    let area: Box

    private static let height = 17.0
    /// Of a sans-serif letter at 13 units.
    private static let letterWidth = 7.2

    /// Where each of `texts` goes: one after the other, each as near to its disc as there is room.
    func boxes(of texts: [String]) -> [Box] {
        var placed: [Box] = []
        for (anchor, text) in zip(anchors, texts) {
            let width = Double(text.columns) * Self.letterWidth
            let candidates = Self.gaps.flatMap { self.candidates(beside: anchor, width: width, gap: $0) }
            let taken = anchors + obstacles + placed
            func cost(_ box: Box) -> Double {
                taken.reduce(box.area - box.overlap(area)) { $0 + $1.overlap(box) }
            }
            let best = candidates.first { cost($0) == 0 } ?? candidates.min { cost($0) < cost($1) }
            if let best { placed.append(best) }
        }
        return placed
    }

    private static let gaps = [4.0, 14, 26, 40, 58, 80, 110]

    /// Right, left, above and below, and between these.
    private func candidates(beside disc: Box, width: Double, gap: Double) -> [Box] {
        let (x, y) = disc.centre
        let lefts = [disc.right + gap, disc.left - gap - width]
        let tops = [y - Self.height / 2, disc.top - gap - Self.height, disc.bottom + gap]
        let beside = tops.flatMap { top in lefts.map { ($0, top) } }
        let over = tops.dropFirst().map { (x - width / 2, $0) }
        return (beside.prefix(2) + over + beside.dropFirst(2)).map { left, top in
            Box(left: left, top: top, right: left + width, bottom: top + Self.height)
        }
    }
}
