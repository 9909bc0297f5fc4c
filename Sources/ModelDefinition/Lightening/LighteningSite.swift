/// A row that could be replaced: a plain convolution or a `C3`.
struct LighteningSite {
    enum Kind { case convolution, crossStage }

    let index: Int
    let row: ModuleRow
    let kind: Kind
    let isBackbone: Bool
    /// The result is 2ⁿ-fold reduced.
    let level: Int
    /// Channels as they are, not as they are written.
    let input: Int
    let output: Int
    let kernel: Int
    let stride: Int
    /// What the row says of its activation; nil where it says nothing.
    let activation: ModuleArgument?

    init?(_ network: DefinedNetwork, row index: Int) {
        let (record, row) = (network.rows[index], network.definition.rows[index])
        // A convolution on the picture has too few channels for any of this.
        guard let from = record.inputs.first, let to = record.output, from != network.input else { return nil }
        self.index = index
        self.row = row
        (input, output) = (from.channels, to.channels)
        isBackbone = index < network.definition.backboneCount
        level = (network.input.height / to.height).trailingZeroBitCount
        switch row.module {
        case Conv.name:
            guard row.number == 1, let plain = PlainConvolution(row) else { return nil }
            (kind, kernel, stride, activation) = (.convolution, plain.kernel, plain.stride, plain.activation)
        case C3.name: (kind, kernel, stride, activation) = (.crossStage, 3, 1, nil)
        default: return nil
        }
    }

    /// The row with another module.
    func row(_ module: String, number: Int? = nil, _ arguments: [ModuleArgument]) -> ModuleRow {
        ModuleRow(
            from: row.from, number: number ?? row.number, module: module, arguments: arguments, line: row.line)
    }

    /// The channels as they are written.
    var channels: ModuleArgument { row.arguments[0] }
    /// Blocks that stand for a chain of bottlenecks, each of which is much less than a block: one for three.
    var blocks: Int { max(1, row.number / 3) }
}

/// A `Conv` row without groups, dilation and unusual padding.
private struct PlainConvolution {
    let kernel: Int
    let stride: Int
    let activation: ModuleArgument?

    init?(_ row: ModuleRow) {
        var arguments = row.arguments
        func integer(_ position: Int, _ usual: Int) -> Int? {
            guard position < arguments.count else { return usual }
            if case .integer(let value) = arguments[position] { return value }
            return arguments[position] == .none ? usual : nil
        }
        guard let kernel = integer(1, 1), let stride = integer(2, 1), integer(3, kernel / 2) == kernel / 2,
            integer(4, 1) == 1
        else { return nil }
        if arguments.count > 5, case .integer(let dilation) = arguments[5] {
            guard dilation == 1 else { return nil }
            arguments.remove(at: 5)
        }
        self.kernel = kernel
        self.stride = stride
        activation = arguments.count > 5 ? arguments[5] : nil
    }
}
