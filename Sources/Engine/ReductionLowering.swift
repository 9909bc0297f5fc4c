import GraphIR
import Kernels
import Tensors

extension GraphLowering {
    mutating func lowerSoftmax(_ node: Node, axis: Int) throws(EngineError) {
        let shape = try shape(of: node.inputs[0])
        let axis = axis < 0 ? axis + shape.rank : axis
        let target = try makeArray(node.outputs[0])
        appendReduction(node, .softmax, try array(node.inputs[0], for: node), into: target, shape, axis..<axis + 1)
    }

    /// A reduction over each run of neighbouring axes, the last ones first.
    mutating func lowerReduce(_ node: Node, _ function: ReduceFunction) throws(EngineError) {
        let shape = try shape(of: node.inputs[0])
        var axes = Array(0..<shape.rank)
        if node.inputs.count > 1, !node.inputs[1].isEmpty {
            guard let given = graph.constants[node.inputs[1]]?.integers else {
                throw EngineError(.unsupported, node.name, "reduction over computed axes")
            }
            if !given.isEmpty { axes = given.map { $0 < 0 ? Int($0) + shape.rank : Int($0) }.sorted() }
        }
        let kinds: [ReduceFunction: ReductionOperation.Kind] = [
            .mean: .mean, .sum: .sum, .maximum: .maximum, .minimum: .minimum, .product: .product,
        ]
        var (source, extents) = (try array(node.inputs[0], for: node), shape)
        let runs = axes.runs
        if runs.isEmpty { alias(node.outputs[0], planar: source) }
        for (index, run) in runs.enumerated().reversed() {
            var reduced = extents
            for axis in run { reduced[axis] = 1 }
            let target =
                index == 0 ? try makeArray(node.outputs[0]) : StorageReference(buffer: newBuffer(reduced.count))
            appendReduction(node, kinds[function] ?? .sum, source, into: target, extents, run)
            (source, extents) = (.arena(target), reduced)
        }
    }

    private mutating func appendReduction(
        _ node: Node, _ kind: ReductionOperation.Kind, _ source: ArrayStorage, into target: StorageReference,
        _ shape: Shape, _ axes: Range<Int>
    ) {
        let outer = shape.dimensions[..<axes.lowerBound].reduce(1, *)
        let extent = shape.dimensions[axes].reduce(1, *)
        let inner = shape.dimensions[axes.upperBound...].reduce(1, *)
        append(node.name, reads: source.reads, writes: [target]) { plan in
            .reduction(
                ReductionOperation(
                    kind: kind, input: source.view(plan), output: plan.offset(of: target), outer: outer, extent: extent,
                    inner: inner))
        }
    }

    /// Batched matrix product with broadcast batch axes.
    mutating func lowerMatMul(_ node: Node) throws(EngineError) {
        let (a, b) = (try shape(of: node.inputs[0]), try shape(of: node.inputs[1]))
        guard a.rank >= 2, b.rank >= 2 else {
            throw EngineError(.unsupported, node.name, "matrix product of \(a) and \(b)")
        }
        let (rows, depth, columns) = (a[a.rank - 2], a[a.rank - 1], b[b.rank - 1])
        let batchA = Shape(Array(a.dimensions.dropLast(2)))
        let batchB = Shape(Array(b.dimensions.dropLast(2)))
        guard let batch = batchA.broadcast(with: batchB) else {
            throw EngineError(.invalidGraph, node.name, "matrix product of \(a) and \(b)")
        }
        let pairs = Self.batchOffsets(batch, (batchA, rows * depth), (batchB, depth * columns))
        try appendProduct(
            node, rows, depth, columns, ((depth, 1), (columns, 1)), pairs, batch: batch.count, scale: 1,
            output: node.outputs[0])
    }

    /// Offsets of the two matrices of each batch element, one pair after the other.
    private static func batchOffsets(_ batch: Shape, _ a: (Shape, Int), _ b: (Shape, Int)) -> [Int] {
        let strides = (
            StridedLoop.broadcastStrides(a.0, to: batch), StridedLoop.broadcastStrides(b.0, to: batch), batch.strides
        )
        var pairs: [Int] = []
        for index in 0..<batch.count {
            var (left, right) = (0, 0)
            for axis in 0..<batch.rank {
                let position = index / strides.2[axis] % batch[axis]
                left += position * strides.0[axis]
                right += position * strides.1[axis]
            }
            pairs += [left * a.1, right * b.1]
        }
        return pairs
    }

    mutating func lowerGemm(_ node: Node, _ attributes: GemmAttributes) throws(EngineError) {
        let (a, b) = (try shape(of: node.inputs[0]), try shape(of: node.inputs[1]))
        guard node.inputs.count < 3 || node.inputs[2].isEmpty || attributes.beta == 1 else {
            throw EngineError(.unsupported, node.name, "Gemm with beta \(attributes.beta)")
        }
        let rows = attributes.transposeA ? a[1] : a[0]
        let depth = attributes.transposeA ? a[0] : a[1]
        let columns = attributes.transposeB ? b[0] : b[1]
        let strides = (
            attributes.transposeA ? (1, rows) : (depth, 1), attributes.transposeB ? (1, depth) : (columns, 1)
        )
        let product = try appendProduct(
            node, rows, depth, columns, strides, [0, 0], batch: 1, scale: attributes.alpha, output: node.outputs[0])
        guard node.inputs.count > 2, !node.inputs[2].isEmpty else { return }
        let result = try shape(of: node.outputs[0])
        let addend = try array(node.inputs[2], for: node)
        let loop = StridedLoop(
            extents: result.dimensions,
            strides: [
                result.strides, StridedLoop.broadcastStrides(try shape(of: node.inputs[2]), to: result), result.strides,
            ]
        ).simplified()
        let table = addTable(loop.extents + loop.strides[0] + loop.strides[1])
        append(node.name, reads: [product] + addend.reads, writes: [product]) { plan in
            .broadcast(
                BroadcastOperation(
                    function: .add, left: ArrayView(offset: plan.offset(of: product)), right: addend.view(plan),
                    output: plan.offset(of: product), table: table, rank: loop.extents.count, outer: loop.extents[0],
                    outerStride: result.count / loop.extents[0]))
        }
    }

    @discardableResult
    private mutating func appendProduct(
        _ node: Node, _ rows: Int, _ depth: Int, _ columns: Int,
        _ strides: (left: (row: Int, column: Int), right: (row: Int, column: Int)), _ pairs: [Int], batch: Int,
        scale: Float, output: String
    ) throws(EngineError) -> StorageReference {
        let left = try array(node.inputs[0], for: node)
        let right = try array(node.inputs[1], for: node)
        let target = try makeArray(output)
        let table = addTable(pairs)
        append(node.name, reads: left.reads + right.reads, writes: [target]) { plan in
            .matrixProduct(
                MatrixProductOperation(
                    left: left.view(plan), right: right.view(plan), output: plan.offset(of: target), rows: rows,
                    depth: depth, columns: columns, leftStrides: strides.left, rightStrides: strides.right,
                    batchTable: table,
                    batch: batch, scale: scale))
        }
        return target
    }
}

extension [Int] {
    /// Ascending numbers as ranges without gaps.
    fileprivate var runs: [Range<Int>] {
        reduce(into: []) { runs, number in
            if let last = runs.last, last.upperBound == number {
                runs[runs.count - 1] = last.lowerBound..<number + 1
            } else {
                runs.append(number..<number + 1)
            }
        }
    }
}
