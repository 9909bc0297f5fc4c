import GraphIR
import Kernels
import Tensors

extension GraphLowering {
    mutating func lowerPool(
        _ node: Node, _ attributes: PoolAttributes, _ kind: PoolOperation.Kind
    ) throws(EngineError) {
        let output = try makeBlocked(node.outputs[0])
        let input = try featureMap(node.inputs[0], for: node, stored: output.form)
        let padding = attributes.padding
        let window = try window(
            node, kernel: attributes.kernel, strides: attributes.strides, padding: padding,
            dilations: attributes.dilations, mode: attributes.autoPadding)
        append(node.name, reads: [input.reference], writes: [output.reference]) { plan in
            .pool(
                PoolOperation(
                    kind: kind, input: input.view(plan), output: output.view(plan), window: window,
                    padBottom: padding[2], padRight: padding[3]))
        }
    }

    mutating func lowerGlobalAverage(_ node: Node) throws(EngineError) {
        let output = try makeBlocked(node.outputs[0])
        let input = try featureMap(node.inputs[0], for: node, stored: output.form)
        append(node.name, reads: [input.reference], writes: [output.reference]) { plan in
            .globalAverage(GlobalAverageOperation(input: input.view(plan), output: output.view(plan)))
        }
    }

    mutating func lowerResize(_ node: Node, _ attributes: ResizeAttributes) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        guard from.rank == 4, from[0] == to[0], from[1] == to[1], attributes.mode != .cubic else {
            throw EngineError(.unsupported, node.name, "\(attributes.mode.rawValue) resize of \(from) to \(to)")
        }
        let scales = try resizeScales(node, from, to)
        let rows = ResizeAxis(attributes, input: from[2], output: to[2], scale: scales[0])
        let columns = ResizeAxis(attributes, input: from[3], output: to[3], scale: scales[1])
        let output = try makeBlocked(node.outputs[0])
        let input = try featureMap(node.inputs[0], for: node, stored: output.form)
        let linear = attributes.mode == .linear
        let indices = addTable(linear ? rows.pairs + columns.pairs : rows.nearest + columns.nearest)
        let fractions = linear ? addConstant(rows.fractions + columns.fractions) : nil
        append(node.name, reads: [input.reference], writes: [output.reference]) { plan in
            .resize(
                ResizeOperation(
                    input: input.view(plan), output: output.view(plan), indices: indices, fractions: fractions))
        }
    }

    /// Vertical and horizontal scale: as given, else from the sizes.
    private func resizeScales(_ node: Node, _ from: Shape, _ to: Shape) throws(EngineError) -> [Float] {
        if node.inputs.count > 2, let scales = constantValues(node.inputs[2]), scales.count == 4 {
            return [scales[2], scales[3]]
        }
        return [Float(to[2]) / Float(from[2]), Float(to[3]) / Float(from[3])]
    }

    /// Concatenation: along channels of feature maps in place or by channel copies, otherwise by strided copies.
    mutating func lowerConcat(_ node: Node, axis: Int) throws(EngineError) {
        let result = try shape(of: node.outputs[0])
        let axis = axis < 0 ? axis + result.rank : axis
        if axis == 1, isFeatureMap(node.outputs[0]), node.inputs.contains(where: hasBlocked) {
            try concatenateChannels(node)
        } else {
            try concatenateArrays(node, axis: axis, result)
        }
    }

    private mutating func concatenateArrays(_ node: Node, axis: Int, _ result: Shape) throws(EngineError) {
        let output = try makeArray(node.outputs[0])
        let strides = result.strides
        var start = 0
        for name in node.inputs {
            let shape = try shape(of: name)
            guard shape.count > 0 else { continue }
            let source = try array(name, for: node)
            var target = output
            target.offset += start * strides[axis]
            copy(node, source, target, StridedLoop(extents: shape.dimensions, strides: [shape.strides, strides]))
            start += shape[axis]
        }
    }
}
