import Tensors

/// Focus → one strided convolution: strided slices of one picture, joined along the channels, then a convolution. Slicing
/// by s is reading the picture with stride s, so the kernel grows by s and its weights spread over the slices' offsets.
///
/// Slices may come in any order, cut both axes at once or one after the other, and be shared. They must cover every offset
/// once; otherwise the wider kernel would hold zeros and cost more than it saves.
package struct FocusToConvolution: GraphPass {
    package let name = "turn Focus into a convolution"
    package init() {}

    package func apply(to graph: inout Graph, types: [String: TensorType]) {
        let pattern = GraphPattern(graph, types: types)
        var names = NewNames(graph)
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            guard case .convolution(let attributes) = node.operation, attributes.group == 1,
                attributes.dilations == [1, 1], attributes.autoPadding == .explicit,
                let weights = graph.constants[node.inputs[1]], let values = weights.floats,
                names.admits(values.count), let focus = pattern.focus(node.inputs[0])
            else { continue }
            let spread = focus.spread(values, shape: weights.shape)
            graph.nodes[index].operation = .convolution(focus.attributes(attributes))
            graph.nodes[index].inputs[0] = focus.source
            graph.nodes[index].inputs[1] = names.name(of: spread, base: "\(node.name)/weights", in: &graph)
            graph.carryQuantization(from: node.inputs[0], to: focus.source)
            graph.carryWeightScales(from: node.inputs[1], to: graph.nodes[index].inputs[1])
        }
    }
}

/// Strided slices of one value, joined along the channels.
private struct Focus {
    let source: String
    /// Vertical and horizontal distance of the elements a slice takes.
    let steps: [Int]
    /// First row and column of each slice, in the order they are joined.
    let offsets: [[Int]]

    func attributes(_ inner: ConvolutionAttributes) -> ConvolutionAttributes {
        var outer = inner
        outer.kernel = zip(inner.kernel, steps).map { $0 * $1 }
        outer.strides = zip(inner.strides, steps).map { $0 * $1 }
        outer.padding = zip(inner.padding, steps + steps).map { $0 * $1 }
        return outer
    }

    func spread(_ weights: [Float], shape: Shape) -> Tensor {
        let channels = shape[1] / offsets.count
        let target: Shape = [shape[0], channels, shape[2] * steps[0], shape[3] * steps[1]]
        var values = Array(repeating: Float(0), count: target.count)
        for (index, weight) in weights.enumerated() {
            let column = index % shape[3]
            let row = index / shape[3] % shape[2]
            let channel = index / (shape[3] * shape[2]) % shape[1]
            let filter = index / (shape[3] * shape[2] * shape[1])
            let offset = offsets[channel / channels]
            let line = (filter * channels + channel % channels) * target[2] + row * steps[0] + offset[0]
            values[line * target[3] + column * steps[1] + offset[1]] = weight
        }
        return Tensor(values, shape: target)
    }
}

extension GraphPattern {
    /// `value` as a Focus, or nil.
    fileprivate func focus(_ value: String) -> Focus? {
        guard let node = producer(value), node.operation == .concat(axis: 1), let joined = types[value]?.shape,
            joined.rank == 4
        else { return nil }
        let parts = node.inputs.map { slicedSource($0) }
        guard let source = parts.first?.source, let shape = types[source]?.shape,
            parts.allSatisfy({ $0.source == source && $0.takesAll(of: shape, axes: [0, 1]) })
        else { return nil }
        let steps = [parts[0].axes[2].step, parts[0].axes[3].step]
        let offsets = parts.map { [$0.axes[2].start, $0.axes[3].start] }
        let allOffsets = Set((0..<max(steps[0], 0)).flatMap { row in (0..<max(steps[1], 0)).map { [row, $0] } })
        guard steps[0] * steps[1] > 1, offsets.count == allOffsets.count, Set(offsets) == allOffsets,
            parts.allSatisfy({ [$0.axes[2].step, $0.axes[3].step] == steps }),
            joined[2] * steps[0] == shape[2], joined[3] * steps[1] == shape[3]
        else { return nil }
        return Focus(source: source, steps: steps, offsets: offsets)
    }

    /// `value` as a strided cut of the earliest value that a chain of slices reads.
    private func slicedSource(_ value: String, depth: Int = 0) -> StridedCut {
        guard depth < 8, let node = producer(value), case .slice = node.operation,
            let shape = types[node.inputs[0]]?.shape
        else {
            return StridedCut(source: value, axes: (types[value]?.shape.dimensions ?? []).map { SliceAxis(all: $0) })
        }
        let operands = Operands(
            node: node, types: node.inputs.map { types[$0] }, values: node.inputs.map { graph.constants[$0] })
        guard let cut = try? operands.sliceAxes() else {
            return StridedCut(source: value, axes: shape.dimensions.map { SliceAxis(all: $0) })
        }
        return slicedSource(node.inputs[0], depth: depth + 1).cut(cut)
    }
}

/// Some elements of `source`, at equal distances along each axis.
private struct StridedCut {
    var source: String
    var axes: [SliceAxis]

    func cut(_ inner: [SliceAxis]) -> StridedCut {
        let combined = zip(axes, inner).map { outer, inner in
            SliceAxis(start: outer.start + inner.start * outer.step, step: outer.step * inner.step, count: inner.count)
        }
        return StridedCut(source: source, axes: combined)
    }

    func takesAll(of shape: Shape, axes positions: [Int]) -> Bool {
        axes.count == shape.rank && positions.allSatisfy { axes[$0] == SliceAxis(all: shape[$0]) }
    }
}

extension SliceAxis {
    fileprivate init(all extent: Int) { self.init(start: 0, step: 1, count: extent) }
}
