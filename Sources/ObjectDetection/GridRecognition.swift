import Imaging

/// Outputs that belong to feature maps of some strides.
struct GridOutputs {
    /// An output of one feature map.
    struct Map {
        let signature: TensorSignature
        /// Numbers for each cell, of all anchors.
        let columns: Int
    }

    /// For each stride, its outputs in the model's order.
    let maps: [[Map]]
    let levels: [GridLevel]

    /// nil where an output belongs to no stride, or a stride has another number of outputs than the others.
    init?(_ outputs: [TensorSignature], inputSize: ImageSize, strides: [Int]) {
        guard !strides.isEmpty, strides.allSatisfy({ $0 > 0 }), !outputs.isEmpty else { return nil }
        levels = GridLevel.levels(of: inputSize, strides: strides)
        // Where sizes fit several maps, outputs that all lie the same way tell.
        let found = [true, false, nil].lazy.compactMap { [levels] in
            Self.maps(of: outputs, levels: levels, columnsLast: $0)
        }.first
        guard let found else { return nil }
        maps = found
    }

    private static func maps(
        of outputs: [TensorSignature], levels: [GridLevel], columnsLast: Bool?
    ) -> [[Map]]? {
        var maps = Array(repeating: [Map](), count: levels.count)
        for output in outputs {
            let fitting = levels.indices.lazy.compactMap { index in
                output.columns(of: levels[index], columnsLast: columnsLast).map { (index, $0) }
            }
            guard let (index, columns) = fitting.first else { return nil }
            maps[index].append(Map(signature: output, columns: columns))
        }
        guard let count = maps.first?.count, count > 0, maps.allSatisfy({ $0.count == count }) else { return nil }
        return maps
    }

    /// The usual strides of detectors, or those that a file names.
    static func strideSets(_ file: ModelDescriptionFile) -> [[Int]] {
        file.strides.map { [$0] } ?? [[8, 16, 32], [8, 16, 32, 64], [16, 32], [16], [4, 8, 16, 32], [8, 16]]
    }
}

extension TensorSignature {
    /// The extents, an open batch as 1 and other open ones as 0.
    var knownDimensions: [Int] {
        dimensions.enumerated().map { $0.offset == 0 ? $0.element ?? 1 : $0.element ?? 0 }
    }

    /// Numbers for each cell of `level` where the output is its feature map, else nil.
    ///
    /// - Parameter columnsLast: whether rows must lie in one piece, or must not; nil where either will do.
    func columns(of level: GridLevel, columnsLast: Bool? = nil) -> Int? {
        let known = knownDimensions
        var count = 1
        for extent in known {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        guard count > 0, count % level.cellCount == 0 else { return nil }
        let columns = count / level.cellCount
        let arrangements = GridLayout.Arrangement.usual.filter { $0.hasColumnsLast == columnsLast ?? $0.hasColumnsLast }
        for anchors in [1, 3] where columns % anchors == 0 {
            let fits = arrangements.contains {
                GridLayout(known, $0, anchors: anchors, columns: columns / anchors, level: level) != nil
            }
            if fits { return columns }
        }
        return nil
    }
}
