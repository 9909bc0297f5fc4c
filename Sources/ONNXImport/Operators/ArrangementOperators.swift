import GraphIR
import Tensors

extension OperatorTable {
    /// Operators that give the same elements another shape or order.
    static let arrangementOperators: [String: OperatorConverter] = [
        "Reshape": { (node, builder) throws(ModelFailure) in
            let operation = Operator.reshape(allowZero: try node.attributes.flag("allowzero"))
            try builder.add(operation, [try node.requiredInput(0), try node.requiredInput(1)], for: node)
        },
        "Flatten": { (node, builder) throws(ModelFailure) in
            let axis = try node.attributes.int("axis", default: 1)
            try builder.add(.flatten(axis: axis), [try node.requiredInput(0)], for: node)
        },
        "Transpose": { (node, builder) throws(ModelFailure) in
            let permutation = try node.attributes.ints("perm") ?? []
            try builder.add(.transpose(permutation: permutation), [try node.requiredInput(0)], for: node)
        },
        "Squeeze": { (node, builder) throws(ModelFailure) in
            try builder.add(.squeeze, try builder.withAxes(node, sinceInput: 13), for: node)
        },
        "Unsqueeze": { (node, builder) throws(ModelFailure) in
            let operands = try builder.withAxes(node, sinceInput: 13)
            guard operands.count == 2 else { throw node.invalid("names no axes") }
            try builder.add(.unsqueeze, operands, for: node)
        },
        "Concat": { (node, builder) throws(ModelFailure) in
            guard let axis = try node.attributes.int("axis") else { throw node.invalid("names no axis") }
            for index in node.inputs.indices { _ = try node.requiredInput(index) }
            try builder.add(.concat(axis: axis), node.inputs, for: node)
        },
        "Expand": direct(.expand, operands: 2),
        "Tile": direct(.tile, operands: 2),
        "DepthToSpace": { (node, builder) throws(ModelFailure) in
            let block = try node.blockSize()
            let isBlockFirst = try node.attributes.string("mode") ?? "DCR" == "DCR"
            // Channels split into (block, block, depth) or (depth, block, block), then moved behind their rows and columns.
            let (row, column) = (Extent.fixed(block), Extent.fixed(block))
            try builder.rearrange(
                node, split: { n, c, h, w in isBlockFirst ? [n, row, column, c, h, w] : [n, c, row, column, h, w] },
                permutation: isBlockFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3], channelFactor: (1, block * block),
                sideFactor: (block, 1))
        },
        "SpaceToDepth": { (node, builder) throws(ModelFailure) in
            let block = try node.blockSize()
            if let mode = try node.attributes.string("mode"), mode != "DCR" {
                throw node.unsupported("the mode \(mode)")
            }
            let (row, column) = (Extent.fixed(block), Extent.fixed(block))
            try builder.rearrange(
                node, split: { n, c, h, w in [n, c, h, row, w, column] }, permutation: [0, 3, 5, 1, 2, 4],
                channelFactor: (block * block, 1), sideFactor: (1, block))
        },
    ]
}

extension ImportedNode {
    fileprivate func blockSize() throws(ModelFailure) -> Int {
        guard let block = try attributes.int("blocksize"), (1...1 << 12).contains(block) else {
            throw invalid("has no blocksize")
        }
        return block
    }
}

extension GraphBuilder {
    /// The operands with axes as the second one, wherever the operator set keeps them.
    mutating func withAxes(_ node: ImportedNode, sinceInput opset: Int) throws(ModelFailure) -> [String] {
        let x = try node.requiredInput(0)
        if node.opset >= opset { return node.input(1).map { [x, $0] } ?? [x] }
        guard let axes = try node.attributes.ints("axes") else { return [x] }
        return [x, constant(axes, for: node, role: "axes")]
    }

    /// Reshape → transpose → reshape between channels and space. Sizes are computed from the operand's shape, which
    /// constant folding knows.
    /// - Parameters:
    ///   - split: names of N, C, H, W (or a block size) of the first shape. C, H, W are the ones of the split tensor.
    ///   - channelFactor, sideFactor: (multiplier, divisor) from the input's to the result's extents.
    fileprivate mutating func rearrange(
        _ node: ImportedNode, split: (Extent, Extent, Extent, Extent) -> [Extent], permutation: [Int],
        channelFactor: (Int, Int), sideFactor: (Int, Int)
    ) throws(ModelFailure) {
        let x = try node.requiredInput(0)
        let shape = intermediate(.shape, [x], for: node, role: "shape")
        // Of each extent the smaller side of the exchange stands in the split shape.
        let inner = split(
            .dimension(0, times: 1, over: 1), .dimension(1, times: 1, over: channelFactor.1),
            .dimension(2, times: 1, over: sideFactor.1), .dimension(3, times: 1, over: sideFactor.1))
        let outer: [Extent] = [
            .dimension(0, times: 1, over: 1), .dimension(1, times: channelFactor.0, over: channelFactor.1),
            .dimension(2, times: sideFactor.0, over: sideFactor.1),
            .dimension(3, times: sideFactor.0, over: sideFactor.1),
        ]
        let innerShape = vector(of: inner, shape: shape, node, role: "split")
        let parts = intermediate(.reshape(allowZero: false), [x, innerShape], for: node, role: "parts")
        let moved = intermediate(.transpose(permutation: permutation), [parts], for: node, role: "moved")
        let outerShape = vector(of: outer, shape: shape, node, role: "joined")
        try add(.reshape(allowZero: false), [moved, outerShape], for: node)
    }

    private mutating func vector(of extents: [Extent], shape: String, _ node: ImportedNode, role: String) -> String {
        let parts = extents.map { extent in
            switch extent {
            case .fixed(let value): return constant([value], for: node, role: role)
            case .dimension(let axis, let times, let over):
                let index = constant([axis], for: node, role: role)
                var part = intermediate(.gather(axis: 0), [shape, index], for: node, role: role)
                if times != 1 {
                    let factor = constant([times], for: node, role: role)
                    part = intermediate(.binary(.multiply), [part, factor], for: node, role: role)
                }
                if over != 1 {
                    let divisor = constant([over], for: node, role: role)
                    part = intermediate(.binary(.divide), [part, divisor], for: node, role: role)
                }
                return part
            }
        }
        return intermediate(.concat(axis: 0), parts, for: node, role: role)
    }
}

/// An extent of a shape that is computed from another shape.
private enum Extent {
    case fixed(Int)
    case dimension(Int, times: Int, over: Int)
}
