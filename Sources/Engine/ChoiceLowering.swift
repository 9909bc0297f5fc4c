import GraphIR
import Kernels
import Tensors

/// Truth values are floats, 1 and 0, row-major.
extension GraphLowering {
    /// NOT: equal to 0.
    mutating func lowerNegation(_ node: Node) throws(EngineError) {
        let output = try makeArray(node.outputs[0])
        let zero = (storage: ArrayStorage.constant(addConstant([0])), shape: Shape([]))
        combine(
            node, .equal, try operand(node.inputs[0], for: node), zero, into: output, try shape(of: node.outputs[0]))
    }

    /// Where: what is chosen of each operand and 0 elsewhere, added up.
    mutating func lowerSelect(_ node: Node) throws(EngineError) {
        let result = try shape(of: node.outputs[0])
        let condition = try operand(node.inputs[0], for: node)
        let output = try makeArray(node.outputs[0])
        let rest = StorageReference(buffer: newBuffer(result.count))
        combine(node, .when, try operand(node.inputs[1], for: node), condition, into: output, result)
        combine(node, .unless, try operand(node.inputs[2], for: node), condition, into: rest, result)
        combine(node, .add, (.arena(output), result), (.arena(rest), result), into: output, result)
    }

    /// Casts between floats and truth values, and those that change nothing.
    mutating func lowerCast(_ node: Node) throws(EngineError) {
        let (from, to) = (try type(of: node.inputs[0]), try type(of: node.outputs[0]))
        guard to.elementType == .bool, from.elementType != .bool else { return try lowerAlias(node) }
        throw EngineError(.unsupported, node.name, "truth values of numbers at run time")
    }

    /// ScatterND at known places: rows of the operand and of the updates, chosen from one list.
    mutating func lowerScatter(_ node: Node) throws(EngineError) {
        let shape = try shape(of: node.inputs[0])
        guard let indices = graph.constants[node.inputs[1]] else {
            throw EngineError(.unsupported, node.name, "ScatterND with computed indices")
        }
        guard let rows = indices.scatteredRows(of: shape) else {
            throw EngineError(.invalidGraph, node.name, "ScatterND index outside \(shape)")
        }
        let size = shape.dimensions[(indices.shape.dimensions.last ?? 0)...].reduce(1, *)
        let count = shape.count / max(1, size)
        var sources = Array(0..<count)
        for (update, row) in rows.enumerated() { sources[row] = count + update }
        let parts = [try operand(node.inputs[0], for: node), try operand(node.inputs[2], for: node)]
        let list = StorageReference(buffer: newBuffer((count + rows.count) * size))
        var next = list
        for part in parts {
            let loop = StridedLoop(extents: [part.shape.count], strides: [[1], [1]])
            copy(node, part.storage, next, loop)
            next.offset += part.shape.count
        }
        let target = try makeArray(node.outputs[0])
        gather(node, .arena(list), into: target, outer: 1, extent: count + rows.count, inner: size, sources)
    }
}

extension Tensor {
    /// The elements of a tensor of truth values as 1 and 0; nil for others.
    var truthValues: [Float]? { elementType == .bool ? integers?.map { Float($0) } : nil }
}
