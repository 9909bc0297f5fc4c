/// The modules that definitions can name.
package enum ModuleRegistry {
    package static let modules: [any NetworkModule.Type] = [
        Conv.self,
        DWConv.self,
        DSConv.self,
        Bottleneck.self,
        C3.self,
        C3DW.self,
        SPP.self,
        SPPF.self,
        Focus.self,
        GhostConv.self,
        GhostBottleneck.self,
        C3Ghost.self,
        MobileNetV3InvertedResidual.self,
        ShuffleNetV2InvertedResidual.self,
        FusedMBConv.self,
        MBConv.self,
        Concat.self,
        Upsample.self,
        MP.self,
        SP.self,
        ReOrg.self,
        Detect.self,
        IDetect.self,
    ]

    /// The module called `name`; nil where there is none.
    package static func module(named name: String) -> (any NetworkModule.Type)? { byName[name] }

    private static let byName: [String: any NetworkModule.Type] = Dictionary(
        uniqueKeysWithValues: modules.map { ($0.name, $0) })
}
