import Imaging

/// The anchors of an SSD head as centre and size in fractions of the input, in output order: map, row, column, kind.
struct SSDAnchors: Sendable {
    /// Centre y, centre x, height, width.
    let boxes: [SIMD4<Float>]

    init(_ description: ModelDescription) {
        let size = description.inputSize
        // Scales are fractions of the shorter side, so anchors keep their shape in an input that is not square.
        let shorter = Double(min(size.width, size.height))
        let (unitHeight, unitWidth) = (shorter / Double(size.height), shorter / Double(size.width))
        var boxes: [SIMD4<Double>] = []
        for (layer, grid) in description.anchors.grids(for: size).enumerated() {
            let extents = description.anchors.specifications(layer: layer).map { specification in
                let root = specification.ratio.squareRoot()
                return (height: specification.scale / root * unitHeight, width: specification.scale * root * unitWidth)
            }
            for cell in 0..<grid.area {
                let centreY = (Double(cell / grid.width) + 0.5) / Double(grid.height)
                let centreX = (Double(cell % grid.width) + 0.5) / Double(grid.width)
                boxes += extents.map { SIMD4(centreY, centreX, $0.height, $0.width) }
            }
        }
        let step = (boxes.map { $0.max() }.max() ?? 1) / Double(max(1, description.anchors.levels - 1))
        self.boxes = boxes.map { box in
            SIMD4<Float>(description.anchors.levels > 0 ? (box / step).rounded(.toNearestOrAwayFromZero) * step : box)
        }
    }
}
