import GraphIR
import Tensors

/// YOLOv7's head: `Detect` with something added to each channel before its convolutions and each result multiplied, both learned:
/// `[nc, anchors]`.
///
/// Result: that of `Detect`. Parameters: those of `Detect` and `c + o` for each level, which folding takes away; multiply-adds: those of
/// `Detect`. In state dictionaries: those of `Detect`, `ia.0.implicit` and `im.0.implicit`, which may be missing where they were folded.
struct IDetect: NetworkModule {
    static let name = "IDetect"
    static let form = "nc, anchors"

    private let head: DetectionLevels

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) { head = try DetectionLevels(arguments) }

    func build(_ inputs: [FeatureMap], in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap? {
        let head = try head.trained(in: network)
        var maps: [FeatureMap] = []
        for (level, x) in inputs.enumerated() {
            let shifted = try implicit("ia.\(level)", .add, x, mean: 0, in: &network)
            let y = try head.predictions(of: level, shifted, in: &network)
            maps.append(try implicit("im.\(level)", .multiply, y, mean: 1, in: &network))
        }
        try head.decode(maps, in: &network)
        return nil
    }

    /// `x` with a learned number for each channel.
    private func implicit(
        _ name: String, _ function: BinaryFunction, _ x: FeatureMap, mean: Float, in network: inout NetworkBuilder
    ) throws(ModelDefinitionError) -> FeatureMap {
        network.charge(NetworkCost(folded: x.shape.channels))
        let parameter = "\(name).implicit"
        if let trained = network.trained, trained[network.place(parameter)] == nil { return x }
        let values = try network.parameter(
            parameter, [1, x.shape.channels, 1, 1], .scattered(mean: mean, deviation: 0.02))
        return FeatureMap(
            value: try network.node(name, .binary(function), [x.value, values]), shape: x.shape, signal: x.signal)
    }
}
