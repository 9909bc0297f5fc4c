import Tensors

extension Tensor {
    /// The elements at `indices[axis]` of each axis, as many as the indices: every slice, padding and repetition.
    /// A negative index stands for an element outside, which gets `fill`, a tensor of one element of the same type.
    func selecting(_ indices: [[Int]], fill: Tensor? = nil) -> Tensor {
        let strides = shape.strides
        var sources = [0]
        for (axis, list) in indices.enumerated() {
            var next: [Int] = []
            next.reserveCapacity(sources.count * list.count)
            for source in sources {
                for index in list { next.append(source < 0 || index < 0 ? -1 : source + index * strides[axis]) }
            }
            sources = next
        }
        return gathering(sources, shape: Shape(indices.map(\.count)), fill: fill)
    }

    /// The elements at linear positions `sources`; a negative one gets `fill`.
    func gathering(_ sources: [Int], shape: Shape, fill: Tensor? = nil) -> Tensor {
        Tensor(shape: shape, storage: storage.gathering(sources, fill: fill?.storage))
    }

    /// The tensor under NumPy broadcasting to `target`, which must be a shape it broadcasts to.
    func broadcast(to target: Shape) -> Tensor {
        if target == shape { return self }
        let added = max(target.rank - shape.rank, 0)
        let aligned = reshaped(Shape(Array(repeating: 1, count: added) + shape.dimensions))
        let indices = target.dimensions.enumerated().map { axis, extent in
            aligned.shape[axis] == 1 ? Array(repeating: 0, count: extent) : Array(0..<extent)
        }
        return aligned.selecting(indices)
    }

    /// The tensor with axes in the order of `permutation`.
    func permuted(_ permutation: [Int]) -> Tensor {
        let strides = shape.strides
        var sources = [0]
        for axis in permutation {
            var next: [Int] = []
            next.reserveCapacity(sources.count * shape[axis])
            for source in sources {
                for index in 0..<shape[axis] { next.append(source + index * strides[axis]) }
            }
            sources = next
        }
        return gathering(sources, shape: Shape(permutation.map { shape[$0] }))
    }
}

extension Tensor.Storage {
    fileprivate func gathering(_ sources: [Int], fill: Tensor.Storage?) -> Tensor.Storage {
        switch self {
        case .float32(let values): .float32(Self.gather(values, sources, fill: fill?.firstFloat ?? 0))
        case .int64(let values): .int64(Self.gather(values, sources, fill: fill?.firstInteger ?? 0))
        case .int32(let values):
            .int32(Self.gather(values, sources, fill: Int32(truncatingIfNeeded: fill?.firstInteger ?? 0)))
        case .uint8(let values):
            .uint8(Self.gather(values, sources, fill: UInt8(truncatingIfNeeded: fill?.firstInteger ?? 0)))
        case .bool(let values): .bool(Self.gather(values, sources, fill: fill?.firstInteger == 1))
        }
    }

    private static func gather<Element>(_ values: [Element], _ sources: [Int], fill: Element) -> [Element] {
        sources.map { $0 < 0 ? fill : values[$0] }
    }

    private var firstFloat: Float? {
        if case .float32(let values) = self { values.first } else { nil }
    }

    private var firstInteger: Int64? {
        switch self {
        case .int64(let values): values.first
        case .int32(let values): values.first.map(Int64.init)
        case .uint8(let values): values.first.map(Int64.init)
        case .bool(let values): values.first.map { $0 ? 1 : 0 }
        case .float32: nil
        }
    }
}
