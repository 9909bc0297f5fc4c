import GraphIR
import Kernels
import Tensors

/// Operators that find places, and those that take what is at places which are computed at run time.
extension GraphLowering {
    mutating func lowerTopIndices(_ node: Node, axis: Int, isLargest: Bool) throws(EngineError) {
        let shape = try shape(of: node.inputs[0])
        let axis = axis < 0 ? axis + shape.rank : axis
        let count = try self.shape(of: node.outputs[0])[axis]
        let source = try array(node.inputs[0], for: node)
        let target = try makeArray(node.outputs[0])
        let outer = shape.dimensions[..<axis].reduce(1, *)
        let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
        append(node.name, reads: source.reads, writes: [target]) { plan in
            .topIndices(
                TopIndicesOperation(
                    input: source.view(plan), output: plan.offset(of: target), outer: outer, extent: shape[axis],
                    inner: inner, count: count, isLargest: isLargest))
        }
    }

    /// Single elements, one for each index.
    mutating func lowerGatherElements(_ node: Node, axis: Int) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        let axis = axis < 0 ? axis + from.rank : axis
        var strides = from.strides
        strides[axis] = 0
        try copyIndexed(
            node, runs: StridedLoop(extents: to.dimensions, strides: [strides, to.strides]), axes: [axis], inner: 1)
    }

    /// Gather by computed indices: whole slices, for every combination of the axes before.
    mutating func lowerComputedGather(_ node: Node, axis: Int) throws(EngineError) {
        let from = try shape(of: node.inputs[0])
        let count = try shape(of: node.inputs[1]).count
        let outer = from.dimensions[..<axis].reduce(1, *)
        let inner = from.dimensions[(axis + 1)...].reduce(1, *)
        try copyIndexed(
            node, runs: StridedLoop(extents: [outer, count], strides: [[from[axis] * inner, 0], [0, 1]]), axes: [axis],
            inner: inner)
    }

    /// GatherND: what is behind the axes that an index's numbers are for.
    mutating func lowerGatherParts(_ node: Node, batchAxes: Int) throws(EngineError) {
        let (from, indices) = (try shape(of: node.inputs[0]), try shape(of: node.inputs[1]))
        let depth = indices.dimensions.last ?? 1
        let batch = from.dimensions[..<batchAxes].reduce(1, *)
        let count = indices.count / depth / max(1, batch)
        let (size, end) = (from.dimensions[batchAxes...].reduce(1, *), batchAxes + depth)
        try copyIndexed(
            node, runs: StridedLoop(extents: [batch, count], strides: [[size, 0], [count * depth, depth]]),
            axes: Array(batchAxes..<end), inner: from.dimensions[end...].reduce(1, *))
    }

    /// - Parameters:
    ///   - runs: strides in the operand, without the indexed axes, and in the indices.
    ///   - axes: those that the numbers of an index are for.
    private mutating func copyIndexed(
        _ node: Node, runs: StridedLoop, axes: [Int], inner: Int
    ) throws(EngineError) {
        let from = try shape(of: node.inputs[0])
        try checkConstantIndices(node, extents: axes.map { from[$0] })
        let source = try array(node.inputs[0], for: node)
        let places = try array(node.inputs[1], for: node)
        let target = try makeArray(node.outputs[0])
        let table = addTable(runs.table + axes.map { from[$0] } + axes.map { from.strides[$0] })
        let count = runs.extents.reduce(1, *)
        append(node.name, reads: source.reads + places.reads, writes: [target]) { plan in
            .indexedCopy(
                IndexedCopyOperation(
                    input: source.view(plan), indices: places.view(plan), output: plan.offset(of: target),
                    table: table, rank: runs.extents.count, depth: axes.count, runs: count, inner: inner))
        }
    }

    /// Throws where an index that is known now lies outside of its axis.
    private func checkConstantIndices(_ node: Node, extents: [Int]) throws(EngineError) {
        for (place, index) in (graph.constants[node.inputs[1]]?.integers ?? []).enumerated() {
            let extent = extents[place % extents.count]
            guard (Int64(-extent)..<Int64(extent)).contains(index) else {
                throw EngineError(.invalidGraph, node.name, "index \(index) outside an axis of extent \(extent)")
            }
        }
    }
}
