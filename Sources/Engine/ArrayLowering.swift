import GraphIR
import Kernels
import Tensors

extension GraphLowering {
    /// A strided copy step; the loop's arrays are input and output.
    mutating func copy(_ node: Node, _ source: ArrayStorage, _ target: StorageReference, _ loop: StridedLoop) {
        let loop = loop.simplified()
        let table = addTable(loop.table)
        append(node.name, reads: source.reads, writes: [target]) { plan in
            .stridedCopy(
                StridedCopyOperation(
                    input: source.view(plan), output: plan.offset(of: target), table: table, rank: loop.extents.count,
                    outer: loop.extents[0]))
        }
    }

    /// A constant as a value in the arena.
    mutating func copyConstant(
        _ name: String, _ offset: Int, for node: Node
    ) throws(EngineError) -> StorageReference {
        let count = try shape(of: name).count
        let reference = StorageReference(buffer: newBuffer(count))
        append(node.name, reads: [], writes: [reference]) { plan in
            .map(
                MapOperation(
                    input: ArrayView(offset: offset, isConstant: true), output: plan.offset(of: reference),
                    count: count,
                    epilogue: Epilogue()))
        }
        return reference
    }

    /// Reshape, flatten, squeeze, unsqueeze and identity: the same elements in the same order.
    mutating func lowerAlias(_ node: Node) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        if from == to, hasBlocked(node.inputs[0]) {
            alias(node.outputs[0], blocked: try featureMap(node.inputs[0], for: node))
        } else {
            alias(node.outputs[0], planar: try array(node.inputs[0], for: node))
        }
    }

    mutating func lowerTranspose(_ node: Node, _ permutation: [Int]) throws(EngineError) {
        let from = try shape(of: node.inputs[0])
        let source = try array(node.inputs[0], for: node)
        let to = try shape(of: node.outputs[0])
        let target = try makeArray(node.outputs[0])
        let strides = from.strides
        copy(
            node, source, target,
            StridedLoop(extents: to.dimensions, strides: [permutation.map { strides[$0] }, to.strides]))
    }

    /// Slice: a view of channels where possible, else a copy of every step-th element along each axis.
    mutating func lowerSlice(_ node: Node) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        let (starts, steps) = try sliceBounds(node, from)
        let onlyChannels = from.rank == 4 && steps.allSatisfy { $0 == 1 } && from[2] == to[2] && from[3] == to[3]
        if onlyChannels, isFeatureMap(node.inputs[0]), hasBlocked(node.inputs[0]), starts[0] == 0 {
            let input = try featureMap(node.inputs[0], for: node)
            return try takeChannels(input, first: starts[1], as: node.outputs[0])
        }
        let source = try array(node.inputs[0], for: node)
        let strides = from.strides
        let start = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
        let target = try makeArray(node.outputs[0])
        copy(
            node, source.advanced(by: start), target,
            StridedLoop(extents: to.dimensions, strides: [zip(strides, steps).map { $0 * $1 }, to.strides]))
    }

    private func sliceBounds(_ node: Node, _ shape: Shape) throws(EngineError) -> (starts: [Int], steps: [Int]) {
        func integers(_ index: Int) throws(EngineError) -> [Int]? {
            guard node.inputs.count > index, !node.inputs[index].isEmpty else { return nil }
            guard let values = graph.constants[node.inputs[index]]?.integers else {
                throw EngineError(.unsupported, node.name, "Slice with computed bounds")
            }
            return values.map { Int(clamping: $0) }
        }
        let given = try integers(1) ?? []
        let axes = try integers(3) ?? Array(given.indices)
        let stepValues = try integers(4) ?? Array(repeating: 1, count: given.count)
        var (starts, steps) = (Array(repeating: 0, count: shape.rank), Array(repeating: 1, count: shape.rank))
        for (index, axis) in axes.enumerated() {
            let axis = axis < 0 ? axis + shape.rank : axis
            let extent = shape[axis]
            let start = given[index] < 0 ? given[index] + extent : given[index]
            steps[axis] = stepValues[index]
            starts[axis] = min(max(start, 0), steps[axis] > 0 ? extent : extent - 1)
        }
        return (starts, steps)
    }

    mutating func lowerSplit(_ node: Node, axis: Int) throws(EngineError) {
        let from = try shape(of: node.inputs[0])
        let axis = axis < 0 ? axis + from.rank : axis
        var start = 0
        for name in node.outputs {
            let part = try shape(of: name)
            if axis == 1, isFeatureMap(node.inputs[0]), hasBlocked(node.inputs[0]) {
                let input = try featureMap(node.inputs[0], for: node)
                try takeChannels(input, first: start, as: name)
            } else {
                let source = try array(node.inputs[0], for: node).advanced(by: start * from.strides[axis])
                let target = try makeArray(name)
                copy(
                    node, source, target, StridedLoop(extents: part.dimensions, strides: [from.strides, part.strides]))
            }
            start += part[axis]
        }
    }

    /// Expand: the operand repeated along axes of extent 1.
    mutating func lowerExpand(_ node: Node) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        let source = try array(node.inputs[0], for: node)
        let target = try makeArray(node.outputs[0])
        copy(
            node, source, target,
            StridedLoop(extents: to.dimensions, strides: [StridedLoop.broadcastStrides(from, to: to), to.strides]))
    }

    /// Tile: every axis becomes (repeat, extent).
    mutating func lowerTile(_ node: Node) throws(EngineError) {
        let (from, to) = (try shape(of: node.inputs[0]), try shape(of: node.outputs[0]))
        let source = try array(node.inputs[0], for: node)
        let target = try makeArray(node.outputs[0])
        var loop = StridedLoop(extents: [], strides: [[], []])
        for axis in 0..<from.rank {
            loop.extents += [to[axis] / max(1, from[axis]), from[axis]]
            loop.strides[0] += [0, from.strides[axis]]
            loop.strides[1] += [to.strides[axis] * from[axis], to.strides[axis]]
        }
        copy(node, source, target, loop)
    }

    mutating func lowerGather(_ node: Node, axis: Int) throws(EngineError) {
        let from = try shape(of: node.inputs[0])
        let axis = axis < 0 ? axis + from.rank : axis
        guard let given = graph.constants[node.inputs[1]]?.integers else {
            return try lowerComputedGather(node, axis: axis)
        }
        let indices = given.map { $0 < 0 ? Int($0) + from[axis] : Int($0) }
        guard indices.allSatisfy({ (0..<from[axis]).contains($0) }) else {
            throw EngineError(.invalidGraph, node.name, "Gather index outside the axis of extent \(from[axis])")
        }
        let source = try array(node.inputs[0], for: node)
        let target = try makeArray(node.outputs[0])
        let outer = from.dimensions[..<axis].reduce(1, *)
        let inner = from.dimensions[(axis + 1)...].reduce(1, *)
        gather(node, source, into: target, outer: outer, extent: from[axis], inner: inner, indices)
    }

    /// The slices `indices` along the middle one of three axes.
    mutating func gather(
        _ node: Node, _ source: ArrayStorage, into target: StorageReference, outer: Int, extent: Int, inner: Int,
        _ indices: [Int]
    ) {
        let table = addTable(indices)
        append(node.name, reads: source.reads, writes: [target]) { plan in
            .gather(
                GatherOperation(
                    input: source.view(plan), output: plan.offset(of: target), outer: outer, extent: extent,
                    inner: inner, indices: table, indexCount: indices.count))
        }
    }
}

extension ArrayStorage {
    /// The same storage from `count` floats further on.
    func advanced(by count: Int) -> ArrayStorage {
        switch self {
        case .arena(var reference):
            reference.offset += count
            return .arena(reference)
        case .constant(let offset): return .constant(offset + count)
        }
    }
}
