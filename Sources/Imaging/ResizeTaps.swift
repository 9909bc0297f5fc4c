/// The two source pixels of a target pixel along one axis, with OpenCV's fixed-point weights: 2048 is one.
package struct ResizeTap: Sendable, Hashable {
    /// Positions in the source; equal at its ends.
    package var first: Int
    package var second: Int
    package var firstWeight: UInt32
    package var secondWeight: UInt32

    /// Taps along a row of `source` pixels for one of `target` pixels. Beyond the border the pixel at the border counts alone.
    package static func columns(source: Int, target: Int) -> [ResizeTap] {
        (0..<target).map { x in
            var (index, fraction) = position(x, source: source, target: target)
            if index < 0 { (index, fraction) = (0, 0) }
            if index >= source - 1 { (index, fraction) = (source - 1, 0) }
            return ResizeTap(index, min(index + 1, source - 1), fraction)
        }
    }

    /// Taps along a column. Beyond the border both are the border row, with their weights kept.
    package static func rows(source: Int, target: Int) -> [ResizeTap] {
        (0..<target).map { y in
            let (index, fraction) = position(y, source: source, target: target)
            return ResizeTap(min(max(index, 0), source - 1), min(max(index + 1, 0), source - 1), fraction)
        }
    }

    /// Taps for the cells of two pixels that hold some of `target` pixels behind a margin of `margin` pixels, from `source` samples that are spread over it evenly. Beyond the border the sample at the border counts alone.
    package static func cells(source: Int, target: Int, margin: Int) -> [ResizeTap] {
        (margin / 2..<(margin + target + 1) / 2).map { cell in
            let centre = Double(2 * cell + 1 - margin) / Double(target) * Double(source) - 0.5
            let clamped = min(max(centre, 0), Double(source - 1))
            let index = Int(clamped)
            return ResizeTap(index, min(index + 1, source - 1), Float(clamped - Double(index)))
        }
    }

    private init(_ first: Int, _ second: Int, _ fraction: Float) {
        self.first = first
        self.second = second
        // Each is rounded on its own, so that they may sum to 2047 or 2049, as in OpenCV.
        firstWeight = UInt32(((1 - fraction) * 2048).rounded(.toNearestOrEven))
        secondWeight = UInt32((fraction * 2048).rounded(.toNearestOrEven))
    }

    /// Position of a target pixel in the source: the index of its first tap and the fraction towards the second.
    private static func position(_ index: Int, source: Int, target: Int) -> (index: Int, fraction: Float) {
        let scale = 1 / (Double(target) / Double(source))
        let centre = Float((Double(index) + 0.5) * scale - 0.5)
        let floor = centre.rounded(.down)
        return (Int(floor), centre - floor)
    }
}
