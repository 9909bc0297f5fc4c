package import Imaging

/// The prior boxes of an SSD head, in the terms of TensorFlow's object detection API (`ssd_anchor_generator`).
package struct SSDAnchorParameters: Sendable, Hashable, Codable {
    /// Number of feature maps.
    package var layers = 6
    /// Anchor scale of the first feature map, as a fraction of the shorter side.
    package var minimumScale = 0.2
    /// Anchor scale of the last feature map.
    package var maximumScale = 0.95
    /// Width divided by height, in output order.
    package var aspectRatios: [Double] = [1, 2, 0.5, 3, 1.0 / 3]
    /// Aspect ratio of the extra anchor between two scales; 0 leaves it out.
    package var interpolatedAspectRatio = 1.0
    /// Whether the first feature map has only three anchors a cell: scale 0.1, and the ratios 2 and 1/2.
    package var reducesLowestLayer = true
    /// Cell size of the first feature map in input pixels; each further map halves the resolution, rounding up.
    package var firstStride = 16
    /// Explicit feature map sizes, for models that do not follow `firstStride`; empty otherwise.
    package var featureMaps: [ImageSize] = []
    /// How many numbers there are for coordinates, from 0 to the largest one: 256 in models that came out of files of bytes, whose
    /// anchors were rounded as well; 0 where they are exact.
    package var levels = 0

    package init() {}

    /// Throws where a value cannot be meant.
    package func validate() throws(DetectionError) {
        let maps = featureMaps.allSatisfy { (1...4096).contains($0.width) && (1...4096).contains($0.height) }
        let scales = minimumScale > 0 && maximumScale >= minimumScale && maximumScale.isFinite
        let ratios = aspectRatios.allSatisfy { $0 > 0 && $0.isFinite } && interpolatedAspectRatio >= 0
        guard (1...16).contains(layers), levels == 0 || (2...65536).contains(levels), (1...1024).contains(firstStride),
            maps, scales, ratios,
            featureMaps.isEmpty || featureMaps.count == layers, !aspectRatios.isEmpty || reducesLowestLayer
        else {
            throw DetectionError(
                code: .invalidDescription, operation: "use the model description", subject: "anchors",
                reason:
                    "scales, ratios, levels and map sizes must be positive, and feature-maps as many as layers (1...16)"
            )
        }
    }

    /// The feature map sizes for a model input of `size` pixels.
    package func grids(for size: ImageSize) -> [ImageSize] {
        guard featureMaps.isEmpty else { return featureMaps }
        var grid = ImageSize(
            width: (size.width + firstStride - 1) / firstStride, height: (size.height + firstStride - 1) / firstStride)
        return (0..<layers).map { _ in
            defer { grid = ImageSize(width: (grid.width + 1) / 2, height: (grid.height + 1) / 2) }
            return grid
        }
    }

    /// Number of anchors for a model input of `size` pixels.
    package func count(for size: ImageSize) -> Int {
        grids(for: size).enumerated().reduce(0) { $0 + $1.element.area * specifications(layer: $1.offset).count }
    }

    /// Scale and aspect ratio of each anchor of a cell of `layer`.
    func specifications(layer: Int) -> [(scale: Double, ratio: Double)] {
        let scale = self.scale(layer)
        guard layer > 0 || !reducesLowestLayer else { return [(0.1, 1), (scale, 2), (scale, 0.5)] }
        let between =
            interpolatedAspectRatio > 0
            ? [(scale: (scale * self.scale(layer + 1)).squareRoot(), ratio: interpolatedAspectRatio)] : []
        return aspectRatios.map { (scale: scale, ratio: $0) } + between
    }

    /// Scales rise evenly from the first map to the last; beyond the last it is 1.
    private func scale(_ layer: Int) -> Double {
        guard layer < layers else { return 1 }
        guard layers > 1 else { return minimumScale }
        return minimumScale + (maximumScale - minimumScale) * Double(layer) / Double(layers - 1)
    }
}
