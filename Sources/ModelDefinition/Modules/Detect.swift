/// YOLOv5's head: a 1×1 convolution on each level, decoded to boxes in input pixels and scores: `[nc, anchors]`.
///
/// Result: `[1, N, 5 + nc]`, N the sum over the levels of anchors times positions. With `o` predictions of `5 + nc` numbers a position,
/// parameters: `c·o + o` for each level; multiply-adds: `c·o` a position. In state dictionaries: `m.0.weight`, `m.0.bias`, and `anchors`,
/// in cells, which count where they are there.
struct Detect: NetworkModule {
    static let name = "Detect"
    static let form = "nc, anchors"

    private let head: DetectionLevels

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) { head = try DetectionLevels(arguments) }

    func build(_ inputs: [FeatureMap], in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap? {
        let head = try head.trained(in: network)
        var maps: [FeatureMap] = []
        for (level, x) in inputs.enumerated() {
            maps.append(try head.predictions(of: level, x, in: &network))
        }
        try head.decode(maps, in: &network)
        return nil
    }
}
