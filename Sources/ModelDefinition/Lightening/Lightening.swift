/// A way to make a network lighter: what stands in the place of its convolutions and `C3` blocks.
package enum Lightening: String, Sendable, Hashable, CaseIterable {
    /// `DSConv` for convolutions of 3×3 and more, `C3DW` for `C3`.
    case depthwise
    /// `GhostConv` for convolutions, `C3Ghost` for `C3`.
    case ghost
    /// `MobileNetV3_InvertedResidual` for convolutions of 3×3 and more and for `C3`.
    case mobilenetv3
    /// `ShuffleNetV2_InvertedResidual` for the same.
    case shufflenetv2
    /// `FusedMBConv` and `MBConv` for the same.
    case efficientnetv2

    /// Where it is applied when nothing else is said: the blocks of other networks were made for backbones.
    package var usualStages: LighteningStages {
        switch self {
        case .depthwise, .ghost: .all
        case .mobilenetv3, .shufflenetv2, .efficientnetv2: .backbone
        }
    }

    /// `definition` with this in the place of all rows of `stages` that it can replace.
    ///
    /// Rows keep their numbers and their output channels. A convolution on the picture itself stays, and so does what has groups,
    /// dilation or unusual padding.
    /// - Throws: where the definition makes no network, or nothing in it can be replaced.
    package func applied(
        to definition: ModelDefinition, stages: LighteningStages
    ) throws(ModelDefinitionError) -> (definition: ModelDefinition, replaced: [Int]) {
        // The size does not matter, as long as all strides divide it.
        let network = try DefinedNetwork(definition, width: 640, height: 640, values: .random(seed: 0))
        var result = definition
        var replaced: [Int] = []
        for index in definition.rows.indices {
            guard let site = LighteningSite(network, row: index), stages.contains(site),
                let row = replacement(of: site)
            else { continue }
            result.rows[index] = row
            replaced.append(index)
        }
        guard !replaced.isEmpty else {
            throw ModelDefinitionError(
                .badArgument, subject: definition.source,
                reason: "it has no row that \(rawValue) can replace in these stages; give others")
        }
        return (result, replaced)
    }

    private func replacement(of site: LighteningSite) -> ModuleRow? {
        switch self {
        case .depthwise: site.depthwise
        case .ghost: site.ghost
        case .mobilenetv3: site.mobileNet
        case .shufflenetv2: site.shuffleNet
        case .efficientnetv2: site.efficientNet
        }
    }
}
