import GraphIR
import Tensors

extension GraphLowering {
    /// Padding and cutting along any axes.
    mutating func lowerPad(_ node: Node, _ mode: PadMode) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        guard let given = graph.constants[node.inputs[1]]?.integers, given.count == 2 * from.rank else {
            throw EngineError(.unsupported, node.name, "padding by computed amounts")
        }
        let pads = (0..<from.rank).map { (before: Int(given[$0]), after: Int(given[$0 + from.rank])) }
        switch mode {
        case .constant: try padWithConstant(node, from, to, pads)
        case .edge, .reflect: try padWithElements(node, mode, from, pads)
        }
    }

    /// The constant everywhere, then what is left of the operand.
    private mutating func padWithConstant(
        _ node: Node, _ from: Shape, _ to: Shape, _ pads: [(before: Int, after: Int)]
    ) throws(EngineError) {
        let hasValue = node.inputs.count > 2 && !node.inputs[2].isEmpty
        let fill = hasValue ? constantValues(node.inputs[2])?.first ?? 0 : 0
        let source = try array(node.inputs[0], for: node)
        let target = try makeArray(node.outputs[0])
        copy(
            node, .constant(addConstant([fill])), target,
            StridedLoop(extents: to.dimensions, strides: [Array(repeating: 0, count: to.rank), to.strides]))
        let kept = zip(from.dimensions, pads).map { $0 + min($1.before, 0) + min($1.after, 0) }
        guard kept.allSatisfy({ $0 > 0 }) else { return }
        var inside = target
        var first = 0
        for (axis, pad) in pads.enumerated() {
            inside.offset += max(pad.before, 0) * to.strides[axis]
            first += max(-pad.before, 0) * from.strides[axis]
        }
        copy(
            node, source.advanced(by: first), inside, StridedLoop(extents: kept, strides: [from.strides, to.strides]))
    }

    /// Axis by axis the elements that stand for those outside.
    private mutating func padWithElements(
        _ node: Node, _ mode: PadMode, _ from: Shape, _ pads: [(before: Int, after: Int)]
    ) throws(EngineError) {
        var (source, shape) = (try array(node.inputs[0], for: node), from)
        let axes = pads.indices.filter { pads[$0] != (0, 0) }
        guard !axes.isEmpty else { return alias(node.outputs[0], planar: source) }
        for axis in axes {
            let extent = shape[axis]
            let indices = (-pads[axis].before..<extent + pads[axis].after).map { mode.source($0, extent: extent) }
            let outer = shape.dimensions[..<axis].reduce(1, *)
            let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
            let target =
                axis == axes.last
                ? try makeArray(node.outputs[0])
                : StorageReference(buffer: newBuffer(outer * indices.count * inner))
            gather(node, source, into: target, outer: outer, extent: extent, inner: inner, indices)
            (source, shape[axis]) = (.arena(target), indices.count)
        }
    }
}
