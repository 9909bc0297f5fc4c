import Tensors

/// Elements of `source` in another order, without arithmetic: every axis is a product of factors, each with an extent and
/// its distance in the source's row-major elements.
///
/// Reshapes regroup factors and split them, transposes move axes, selections along one axis move the start. Joining factors
/// is never needed, so chains of these stay exact.
struct Rearrangement {
    private struct Factor {
        var extent: Int
        var stride: Int
    }

    let source: String
    private var start = 0
    private var axes: [[Factor]]

    /// All of `source` in its own order.
    init(_ source: String, shape: Shape) {
        self.source = source
        axes = zip(shape.dimensions, shape.strides).map { $0 == 1 ? [] : [Factor(extent: $0, stride: $1)] }
    }

    /// The same elements in another shape, or nil where the new axes cut across the factors.
    func reshaped(to shape: Shape) -> Rearrangement? {
        var result = self
        var rest = axes.flatMap { $0 }[...]
        result.axes = []
        for extent in shape.dimensions {
            guard let axis = Self.take(extent, from: &rest) else { return nil }
            result.axes.append(axis)
        }
        return rest.isEmpty ? result : nil
    }

    /// Takes the outermost factors with a product of `extent`; the last one may be cut in two.
    private static func take(_ extent: Int, from factors: inout ArraySlice<Factor>) -> [Factor]? {
        var (missing, taken) = (extent, [Factor]())
        while missing > 1 {
            guard let factor = factors.popFirst() else { return nil }
            if missing % factor.extent == 0 {
                taken.append(factor)
                missing /= factor.extent
            } else if factor.extent % missing == 0 {
                let inner = factor.extent / missing
                taken.append(Factor(extent: missing, stride: factor.stride * inner))
                factors = [Factor(extent: inner, stride: factor.stride)] + factors
                missing = 1
            } else {
                return nil
            }
        }
        return missing == 1 ? taken : nil
    }

    func transposed(_ permutation: [Int]) -> Rearrangement {
        var result = self
        result.axes = permutation.map { axes[$0] }
        return result
    }

    /// Part of an axis that is one factor, or nil.
    func selecting(_ part: SliceAxis, along axis: Int) -> Rearrangement? {
        let extent = axes[axis].reduce(1) { $0 * $1.extent }
        if part == SliceAxis(start: 0, step: 1, count: extent) { return self }
        guard axes[axis].count == 1, part.count > 0 else { return nil }
        var result = self
        let factor = axes[axis][0]
        result.start += part.start * factor.stride
        result.axes[axis] = part.count == 1 ? [] : [Factor(extent: part.count, stride: factor.stride * part.step)]
        return result
    }

    /// Without `axis`, which has extent 1.
    func dropping(_ axis: Int) -> Rearrangement {
        var result = self
        result.axes.remove(at: axis)
        return result
    }

    /// The source's channels in the order of the result's, where the result is a feature map `[1, C', H, W]` made of whole
    /// planes of the source `[1, C, H, W]`; else nil.
    func channels(planes area: Int) -> [Int]? {
        guard axes.count == 4, axes[0].isEmpty, start % area == 0 else { return nil }
        var contiguous = 1
        for factor in (axes[2] + axes[3]).reversed() {
            guard factor.stride == contiguous else { return nil }
            contiguous *= factor.extent
        }
        guard contiguous == area, axes[1].allSatisfy({ $0.stride % area == 0 }) else { return nil }
        return axes[1].reduce([start / area]) { channels, factor in
            channels.flatMap { first in (0..<factor.extent).map { first + $0 * factor.stride / area } }
        }
    }
}

extension GraphPattern {
    /// The results of `node`, which only moves elements, as rearrangements of `operand`, its first operand; nil for those
    /// that are none.
    func rearrangements(by node: Node, of operand: Rearrangement) -> [Rearrangement?] {
        let operands = Operands(
            node: node, types: node.inputs.map { types[$0] }, values: node.inputs.map { graph.constants[$0] })
        switch node.operation {
        case .reshape: return [types[node.outputs[0]].flatMap { operand.reshaped(to: $0.shape) }]
        case .transpose(let permutation): return [operand.transposed(permutation)]
        case .gather(let axis): return [gathered(node, operand, axis: axis)]
        case .split(let axis):
            var start = 0
            return ((try? operands.splitSizes(axis: axis)) ?? []).map { size in
                defer { start += size }
                return operand.selecting(SliceAxis(start: start, step: 1, count: size), along: axis)
            }
        case .slice:
            guard let parts = try? operands.sliceAxes() else { return [nil] }
            return [
                parts.enumerated().reduce(operand as Rearrangement?) { $0?.selecting($1.element, along: $1.offset) }
            ]
        default: return [nil]
        }
    }

    /// A Gather of one element, or of elements at equal distances.
    private func gathered(_ node: Node, _ operand: Rearrangement, axis: Int) -> Rearrangement? {
        guard let indices = graph.constants[node.inputs[1]], let list = indices.integers, let first = list.first,
            let extent = types[node.inputs[0]]?.shape[axis]
        else { return nil }
        let positive = list.map { Int($0 < 0 ? $0 &+ Int64(extent) : $0) }
        let step = positive.count > 1 ? positive[1] - positive[0] : 1
        let part = SliceAxis(start: Int(first < 0 ? first &+ Int64(extent) : first), step: step, count: positive.count)
        guard part.indices == positive, let selected = operand.selecting(part, along: axis) else { return nil }
        switch indices.shape.rank {
        case 0: return selected.dropping(axis)
        case 1: return selected
        default: return nil
        }
    }
}
