import Tensors

extension Evaluation {
    func concat(axis: Int, shape: Shape) throws(GraphError) -> Tensor {
        // Parts follow each other along the axis, so that the joined elements are those of a flat list of all parts.
        let position = try operands.axis(axis, rank: shape.rank)
        let outer = shape.dimensions[..<position].reduce(1, *)
        var parts: [(tensor: Tensor, run: Int)] = []
        for index in operands.node.inputs.indices {
            let part = try tensor(index)
            parts.append((part, part.shape.dimensions[position...].reduce(1, *)))
        }
        var (starts, total) = ([Int](), 0)
        for part in parts {
            starts.append(total)
            total += part.tensor.count
        }
        var sources: [Int] = []
        sources.reserveCapacity(shape.count)
        for block in 0..<outer {
            for (part, start) in zip(parts, starts) {
                sources.append(contentsOf: start + block * part.run..<start + (block + 1) * part.run)
            }
        }
        return Tensor.chained(parts.map(\.tensor)).gathering(sources, shape: shape)
    }

    func split(axis: Int) throws(GraphError) -> [Tensor] {
        let x = try tensor(0)
        let position = try operands.axis(axis, rank: x.shape.rank)
        var start = 0
        return try operands.splitSizes(axis: axis).map { size in
            defer { start += size }
            var indices = x.shape.dimensions.map { Array(0..<$0) }
            indices[position] = Array(start..<start + size)
            return x.selecting(indices)
        }
    }

    func transpose(_ permutation: [Int], shape: Shape) throws(GraphError) -> Tensor {
        try tensor(0).permuted(try operands.resolvedPermutation(permutation))
    }

    func gather(axis: Int, shape: Shape) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let position = try operands.axis(axis, rank: x.shape.rank)
        var list: [Int] = []
        for index in try operands.integers(1, "indices") {
            let positive = index < 0 ? index &+ x.shape[position] : index
            guard (0..<x.shape[position]).contains(positive) else {
                throw operands.failure(.invalidValue, "takes element \(index) of \(x.shape[position])")
            }
            list.append(positive)
        }
        var indices = x.shape.dimensions.map { Array(0..<$0) }
        indices[position] = list
        return x.selecting(indices).reshaped(shape)
    }

    func tile() throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let repeats = try operands.integers(1, "list of repeats")
        return x.selecting(
            zip(x.shape.dimensions, repeats).map { extent, count in (0..<extent * count).map { $0 % extent } })
    }

    func pad(_ mode: PadMode) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let indices = zip(x.shape.dimensions, try operands.resolvedPads()).map { extent, pads in
            (-pads.before..<extent + pads.after).map { mode.source($0, extent: extent) }
        }
        return x.selecting(indices, fill: operands.isPresent(2) ? try tensor(2) : nil)
    }

    func range(count: Int) throws(GraphError) -> Tensor {
        let start = try tensor(0)
        if let first = start.floats?.first {
            let delta = try floats(2)[0]
            return Tensor((0..<count).map { Float(Double(first) + Double($0) * Double(delta)) }, shape: [count])
        }
        let (first, delta) = (try operands.integers(0, "start")[0], try operands.integers(2, "delta")[0])
        return .integers((0..<count).map { Int64(first &+ $0 &* delta) }, as: start.elementType, shape: [count])
    }
}

extension PadMode {
    /// Where the element at `coordinate`, which may lie outside an axis of `extent`, comes from; -1 for the constant.
    package func source(_ coordinate: Int, extent: Int) -> Int {
        if (0..<extent).contains(coordinate) { return coordinate }
        return switch self {
        case .constant: -1
        case .edge: coordinate < 0 ? 0 : extent - 1
        case .reflect: coordinate < 0 ? -coordinate : 2 * (extent - 1) - coordinate
        }
    }
}

extension Tensor {
    /// All elements of tensors of one type, one after the other.
    static func chained(_ tensors: [Tensor]) -> Tensor {
        let count = tensors.map(\.count).reduce(0, +)
        if tensors.allSatisfy({ $0.elementType == .float32 }) {
            return Tensor(tensors.flatMap { $0.floats ?? [] }, shape: [count])
        }
        return .integers(tensors.flatMap { $0.integers ?? [] }, as: tensors[0].elementType, shape: [count])
    }
}
