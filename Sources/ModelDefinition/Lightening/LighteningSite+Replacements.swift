extension LighteningSite {
    private var tail: [ModuleArgument] { activation.map { [$0] } ?? [] }

    /// A depthwise separable convolution; 1×1 convolutions are the cheap half of it already.
    var depthwise: ModuleRow? {
        switch kind {
        case .convolution:
            kernel > 1 ? row(DSConv.name, [channels, .integer(kernel), .integer(stride)] + tail) : nil
        case .crossStage: row(C3DW.name, row.arguments)
        }
    }

    /// A convolution of which half of the channels are ghosts of the others.
    var ghost: ModuleRow? {
        switch kind {
        case .convolution:
            // The 5×5 ghosts have to cost less than the channels in whose place they stand.
            output % 2 == 0 && kernel * kernel * input > 25
                ? row(GhostConv.name, [channels, .integer(kernel), .integer(stride), .integer(1)] + tail) : nil
        case .crossStage: output % 8 == 0 ? row(C3Ghost.name, row.arguments) : nil
        }
    }

    /// Channels inside a block for each that comes in: few enough that one block costs less than what it stands for.
    private var expansion: Double { kind == .crossStage ? 1.5 : 2 }

    /// Squeeze-excite and HardSwish in the deep half, as in the original.
    var mobileNet: ModuleRow? {
        guard kernel % 2 == 1, kernel > 1, stride <= 2 else { return nil }
        let isDeep = level >= 4
        let arguments: [ModuleArgument] = [
            channels, .integer(Int(Double(input) * expansion)), .integer(kernel), .integer(stride), .bool(isDeep),
            .bool(isDeep),
        ]
        return row(
            MobileNetV3InvertedResidual.name, number: kind == .crossStage && input == output ? blocks : 1, arguments)
    }

    /// Halves of the channels, shuffled. At stride 1 it cannot change their number.
    var shuffleNet: ModuleRow? {
        guard kernel == 3, stride == 2 || stride == 1 && input == output, output % 2 == 0 else { return nil }
        return row(ShuffleNetV2InvertedResidual.name, [channels, .integer(stride)])
    }

    /// A fused block without expansion where maps are large and channels few, which costs what a convolution does; else a block that
    /// is not fused.
    var efficientNet: ModuleRow? {
        guard kernel % 2 == 1, kernel > 1, stride <= 2 else { return nil }
        if level <= 2, kind == .convolution {
            return row(FusedMBConv.name, [channels, .integer(kernel), .integer(stride), .integer(1)])
        }
        return row(
            MBConv.name, number: kind == .crossStage && input == output ? blocks : 1,
            [channels, .integer(kernel), .integer(stride), .number(expansion)])
    }
}
