import Tensors

/// A nest of loops over several arrays at once: extents, and for each array its strides (0 along broadcast axes).
struct StridedLoop {
    var extents: [Int]
    var strides: [[Int]]

    /// The nest with axes of extent 1 dropped, axes that are contiguous in all arrays merged, and at least two axes;
    /// the outer one is what threads share.
    func simplified() -> StridedLoop {
        var loop = StridedLoop(extents: [], strides: strides.map { _ in [] })
        for axis in extents.indices where extents[axis] != 1 {
            if let last = loop.extents.indices.last, canMerge(loop, last, axis) {
                loop.extents[last] *= extents[axis]
                for array in strides.indices { loop.strides[array][last] = strides[array][axis] }
            } else {
                loop.extents.append(extents[axis])
                for array in strides.indices { loop.strides[array].append(strides[array][axis]) }
            }
        }
        return loop.withOuterAxis()
    }

    private func canMerge(_ loop: StridedLoop, _ last: Int, _ axis: Int) -> Bool {
        strides.indices.allSatisfy { loop.strides[$0][last] == strides[$0][axis] * extents[axis] }
    }

    /// A nest of fewer than two axes gets an outer one, cut out of the only axis where its extent has a divisor.
    private func withOuterAxis() -> StridedLoop {
        guard extents.count < 2 else { return self }
        let extent = extents.first ?? 1
        let parts = (1...64).last { extent % $0 == 0 && extent / $0 >= 256 } ?? 1
        let inner = extent / parts
        return StridedLoop(
            extents: [parts, inner], strides: strides.map { [($0.first ?? 1) * inner, $0.first ?? 1] })
    }

    /// Extents followed by each array's strides, as kernels read them.
    var table: [Int] { extents + strides.flatMap { $0 } }

    /// Strides of an array of `shape` seen under the broadcast shape `result`.
    static func broadcastStrides(_ shape: Shape, to result: Shape) -> [Int] {
        let (strides, missing) = (shape.strides, result.rank - shape.rank)
        return (0..<result.rank).map { axis in
            axis < missing || shape[axis - missing] == 1 ? 0 : strides[axis - missing]
        }
    }
}
