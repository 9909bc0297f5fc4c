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
            let result = builder.rearrange(
                try node.requiredInput(0), for: node,
                split: { n, c, h, w in isBlockFirst ? [n, row, column, c, h, w] : [n, c, row, column, h, w] },
                permutation: isBlockFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3], channelFactor: (1, block * block),
                rowFactor: (block, 1), columnFactor: (block, 1))
            try builder.add(.identity, [result], for: node)
        },
        "SpaceToDepth": { (node, builder) throws(ModelFailure) in
            let block = try node.blockSize()
            if let mode = try node.attributes.string("mode"), mode != "DCR" {
                throw node.unsupported("the mode \(mode)")
            }
            let (row, column) = (Extent.fixed(block), Extent.fixed(block))
            let result = builder.rearrange(
                try node.requiredInput(0), for: node, split: { n, c, h, w in [n, c, h, row, w, column] },
                permutation: [0, 3, 5, 1, 2, 4], channelFactor: (block * block, 1), rowFactor: (1, block),
                columnFactor: (1, block))
            try builder.add(.identity, [result], for: node)
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
}
