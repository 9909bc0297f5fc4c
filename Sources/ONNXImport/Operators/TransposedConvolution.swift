import GraphIR
import Tensors

extension OperatorTable {
    static let transposedOperators: [String: OperatorConverter] = [
        "ConvTranspose": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput()
            let form = try TransposedConvolution(node, weights: builder.knownValue(try node.requiredInput(1)))
            var operands = [
                try node.requiredInput(0), builder.constant(form.phaseWeights(), for: node, role: "weights"),
            ]
            if let name = node.input(2) {
                guard let bias = builder.knownValue(name)?.floats, bias.count == form.channels else {
                    throw node.unsupported("a bias that is computed")
                }
                operands.append(builder.constant(form.phaseBias(bias), for: node, role: "bias"))
            }
            let phases = builder.intermediate(.convolution(form.convolution), operands, for: node, role: "phases")
            let full = builder.interleaved(phases, strides: form.strides, for: node)
            let pads = [0, 0] + form.cutBefore.map { -$0 } + [0, 0] + form.cutBehind.map { -$0 }
            try builder.add(.pad(mode: .constant), [full, builder.constant(pads, for: node, role: "cut")], for: node)
        }
    ]
}

extension GraphBuilder {
    /// Channels (C, row, column) of each position as positions of their own.
    fileprivate mutating func interleaved(_ x: String, strides: [Int], for node: ImportedNode) -> String {
        guard strides != [1, 1] else { return x }
        let (row, column) = (Extent.fixed(strides[0]), Extent.fixed(strides[1]))
        return rearrange(
            x, for: node, split: { n, c, h, w in [n, c, row, column, h, w] }, permutation: [0, 1, 4, 2, 5, 3],
            channelFactor: (1, strides[0] * strides[1]), rowFactor: (strides[0], 1), columnFactor: (strides[1], 1))
    }
}

/// A transposed convolution of strides s as a convolution that makes for each position of the input s · s positions of the result,
/// as channels; these are put beside each other, and what is too much at the edges is cut off.
private struct TransposedConvolution {
    private static let maximumSide = 1 << 10
    private static let maximumStride = 64
    private static let maximumWeights = 1 << 26

    let strides: [Int]
    /// Of the result.
    let channels: Int
    /// The convolution that makes the positions.
    let convolution: ConvolutionAttributes
    /// Rows and columns to cut off in front and behind; a negative number adds zeros.
    private(set) var cutBefore: [Int] = []
    private(set) var cutBehind: [Int] = []
    private let weights: Tensor
    private let dilations: [Int]

    init(_ node: ImportedNode, weights given: Tensor?) throws(ModelFailure) {
        guard let given, given.floats != nil else { throw node.unsupported("weights that are computed") }
        guard given.shape.rank == 4 else { throw node.unsupported("weights of \(given.shape.rank) dimensions") }
        weights = given
        let group = try node.attributes.int("group", default: 1)
        strides = try node.attributes.ints("strides") ?? [1, 1]
        dilations = try node.attributes.ints("dilations") ?? [1, 1]
        let kernel = [given.shape[2], given.shape[3]]
        guard try node.attributes.ints("kernel_shape") ?? kernel == kernel, strides.count == 2, dilations.count == 2,
            strides.allSatisfy({ (1...Self.maximumStride).contains($0) }),
            (kernel + dilations).allSatisfy({ (1...Self.maximumSide).contains($0) }), (1...1 << 16).contains(group),
            (1...Self.maximumWeights).contains(given.shape.count), given.shape[0] % group == 0
        else {
            throw node.invalid(
                "has weights \(given.shape), \(group) groups, strides \(strides), dilations \(dilations)")
        }
        channels = given.shape[1] * group
        let (strides, dilations) = (strides, dilations)
        let reach = (0...1).map { (kernel[$0] - 1) * dilations[$0] + 1 }
        let steps = (0...1).map { (reach[$0] + strides[$0] - 1) / strides[$0] }
        convolution = ConvolutionAttributes(kernel: steps, padding: (steps + steps).map { $0 - 1 }, group: group)
        let area = (0...1).reduce(1) { $0 * steps[$1] * strides[$1] }
        guard reach.allSatisfy({ $0 <= Self.maximumSide }),
            area <= Self.maximumWeights / (given.shape[0] * given.shape[1])
        else { throw node.unsupported("a kernel of \(reach) at strides \(strides)") }
        try setCuts(node, reach: reach)
    }

    private mutating func setCuts(_ node: ImportedNode, reach: [Int]) throws(ModelFailure) {
        if node.attributes.contains("output_shape") { throw node.unsupported("an output_shape") }
        let added = try node.attributes.ints("output_padding") ?? [0, 0]
        let given = try node.attributes.ints("pads") ?? [0, 0, 0, 0]
        guard given.count == 4, added.count == 2, (given + added).allSatisfy({ (0...1 << 16).contains($0) }) else {
            throw node.invalid("has the pads \(given) and the output_padding \(added)")
        }
        let total = (0...1).map { reach[$0] + added[$0] - strides[$0] }
        let (smaller, larger) = (total.map { $0 / 2 }, total.map { $0 - $0 / 2 })
        let pads: [Int]
        switch AutoPadding(rawValue: try node.attributes.string("auto_pad") ?? "NOTSET") {
        case .explicit: pads = given
        case .valid: pads = [0, 0, 0, 0]
        case .sameUpper where total.allSatisfy { $0 >= 0 }: pads = smaller + larger
        case .sameLower where total.allSatisfy { $0 >= 0 }: pads = larger + smaller
        default: throw node.unsupported("this auto_pad")
        }
        cutBefore = [pads[0], pads[1]]
        cutBehind = (0...1).map { axis in
            convolution.kernel[axis] * strides[axis] - reach[axis] + pads[axis + 2] - added[axis]
        }
    }

    /// Weights `[M · s · s, C / group, kernel]`: each element of the kernel goes to the position and the step that it reaches.
    func phaseWeights() -> Tensor {
        let (kernel, group, phases) = (convolution.kernel, convolution.group, strides[0] * strides[1])
        let (inputs, outputs) = (weights.shape[0] / group, weights.shape[1])
        let (rows, columns) = (weights.shape[2], weights.shape[3])
        let shape = Shape([channels * phases, inputs] + kernel)
        var result = Array(repeating: Float(0), count: shape.count)
        for (position, value) in (weights.floats ?? []).enumerated() {
            let (row, column) = (position / columns % rows * dilations[0], position % columns * dilations[1])
            let output = position / (rows * columns) % outputs
            let input = position / (rows * columns * outputs)
            let phase = row % strides[0] * strides[1] + column % strides[1]
            let channel = (input / inputs * outputs + output) * phases + phase
            let (y, x) = (kernel[0] - 1 - row / strides[0], kernel[1] - 1 - column / strides[1])
            result[((channel * inputs + input % inputs) * kernel[0] + y) * kernel[1] + x] = value
        }
        return Tensor(result, shape: shape)
    }

    /// The bias of each channel at each of its positions.
    func phaseBias(_ bias: [Float]) -> Tensor {
        let phases = strides[0] * strides[1]
        return Tensor(bias.flatMap { Array(repeating: $0, count: phases) }, shape: [bias.count * phases])
    }
}
