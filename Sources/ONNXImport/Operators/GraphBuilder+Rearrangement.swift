import GraphIR

extension GraphBuilder {
    /// Reshape → transpose → reshape between channels and space. Sizes are computed from the operand's shape, which
    /// constant folding knows.
    /// - Parameters:
    ///   - split: names of N, C, H, W (or a block size) of the first shape. C, H, W are the ones of the split tensor.
    ///   - channelFactor, rowFactor, columnFactor: (multiplier, divisor) from the input's to the result's extents.
    mutating func rearrange(
        _ x: String, for node: ImportedNode, split: (Extent, Extent, Extent, Extent) -> [Extent], permutation: [Int],
        channelFactor: (Int, Int), rowFactor: (Int, Int), columnFactor: (Int, Int)
    ) -> String {
        let shape = intermediate(.shape, [x], for: node, role: "shape")
        // Of each extent the smaller side of the exchange stands in the split shape.
        let inner = split(
            .dimension(0, times: 1, over: 1), .dimension(1, times: 1, over: channelFactor.1),
            .dimension(2, times: 1, over: rowFactor.1), .dimension(3, times: 1, over: columnFactor.1))
        let outer: [Extent] = [
            .dimension(0, times: 1, over: 1), .dimension(1, times: channelFactor.0, over: channelFactor.1),
            .dimension(2, times: rowFactor.0, over: rowFactor.1),
            .dimension(3, times: columnFactor.0, over: columnFactor.1),
        ]
        let innerShape = vector(of: inner, shape: shape, node, role: "split")
        let parts = intermediate(.reshape(allowZero: false), [x, innerShape], for: node, role: "parts")
        let moved = intermediate(.transpose(permutation: permutation), [parts], for: node, role: "moved")
        let outerShape = vector(of: outer, shape: shape, node, role: "joined")
        return intermediate(.reshape(allowZero: false), [moved, outerShape], for: node, role: "rearranged")
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
enum Extent {
    case fixed(Int)
    case dimension(Int, times: Int, over: Int)
}
