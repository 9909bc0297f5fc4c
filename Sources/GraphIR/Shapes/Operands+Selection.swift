import Tensors

/// One axis of a slice: `count` elements from `start` on, `step` apart.
struct SliceAxis: Hashable {
    var start: Int
    var step: Int
    var count: Int

    /// Indices taken, in order.
    var indices: [Int] { (0..<count).map { start + $0 * step } }
}

extension Operands {
    /// What a slice takes along every axis of its input.
    func sliceAxes() throws(GraphError) -> [SliceAxis] {
        let x = try shape(0)
        let (starts, ends) = (try integers(1, "list of starts"), try integers(2, "list of ends"))
        let axisList = isPresent(3) ? try integers(3, "list of axes") : Array(0..<starts.count)
        let steps = isPresent(4) ? try integers(4, "list of steps") : Array(repeating: 1, count: starts.count)
        guard starts.count == ends.count, starts.count == axisList.count, starts.count == steps.count else {
            throw failure(.invalidValue, "its starts, ends, axes and steps differ in number")
        }
        var result = x.dimensions.map { SliceAxis(start: 0, step: 1, count: $0) }
        for (entry, axis) in try axes(axisList, rank: x.rank).enumerated() {
            guard steps[entry] != 0 else { throw failure(.invalidValue, "has the step 0") }
            result[axis] = SliceAxis(start: starts[entry], end: ends[entry], step: steps[entry], extent: x[axis])
        }
        return result
    }

    func sliceType() throws(GraphError) -> TensorType {
        TensorType(try type(0).elementType, Shape(try sliceAxes().map(\.count)))
    }

    /// Extents of the parts of a split along `axis`.
    func splitSizes(axis: Int) throws(GraphError) -> [Int] {
        let extent = try shape(0)[try self.axis(axis, rank: try shape(0).rank)]
        let parts = node.outputs.count
        if isPresent(1) {
            let sizes = try integers(1, "list of sizes")
            guard sizes.count == parts, sizes.allSatisfy({ (0...extent).contains($0) }), sizes.reduce(0, +) == extent
            else {
                throw failure(.shapeMismatch, "cannot split \(extent) into \(parts) parts of \(sizes)")
            }
            return sizes
        }
        let part = (extent + parts - 1) / parts
        return (0..<parts).map { min(part, max(extent - $0 * part, 0)) }
    }

    func splitTypes(axis: Int) throws(GraphError) -> [TensorType] {
        let x = try type(0)
        let position = try self.axis(axis, rank: x.shape.rank)
        return try splitSizes(axis: axis).map { size in
            var shape = x.shape
            shape[position] = size
            return TensorType(x.elementType, shape)
        }
    }

    func concatType(axis: Int) throws(GraphError) -> TensorType {
        let first = try type(0)
        let position = try self.axis(axis, rank: first.shape.rank)
        var dimensions = first.shape.dimensions
        for index in node.inputs.indices.dropFirst() {
            let part = try type(index)
            var aligned = part.shape.dimensions
            if aligned.count == dimensions.count { aligned[position] = dimensions[position] }
            guard aligned == dimensions, part.elementType == first.elementType else {
                throw failure(
                    .shapeMismatch,
                    "cannot join \(part.elementType.rawValue) \(part.shape) to \(first.elementType.rawValue) "
                        + "\(first.shape) along axis \(axis)")
            }
            dimensions[position] += part.shape[position]
        }
        return TensorType(first.elementType, try checked(dimensions))
    }

    func gatherType(axis: Int) throws(GraphError) -> TensorType {
        let (x, indices) = (try type(0), try type(1))
        guard indices.elementType == .int64 || indices.elementType == .int32 else {
            throw failure(.typeMismatch, "its indices must be integers")
        }
        let position = try self.axis(axis, rank: x.shape.rank)
        let dimensions =
            x.shape.dimensions[..<position] + indices.shape.dimensions + x.shape.dimensions[(position + 1)...]
        return TensorType(x.elementType, try checked(Array(dimensions)))
    }

    func scatterType() throws(GraphError) -> TensorType {
        let (x, indices, updates) = (try type(0), try type(1), try type(2))
        guard indices.elementType == .int64, updates.elementType == x.elementType else {
            throw failure(.typeMismatch, "its indices must be int64, and its updates of its input's type")
        }
        guard let depth = indices.shape.dimensions.last, (1...max(1, x.shape.rank)).contains(depth),
            depth <= x.shape.rank,
            updates.shape.dimensions == indices.shape.dimensions.dropLast() + x.shape.dimensions[depth...]
        else {
            throw failure(.shapeMismatch, "cannot put \(updates.shape) at the indices \(indices.shape) of \(x.shape)")
        }
        return x
    }

    /// Padding before and after every axis of the input.
    func resolvedPads() throws(GraphError) -> [(before: Int, after: Int)] {
        let rank = try shape(0).rank
        let pads = try integers(1, "list of pads")
        let axisList = isPresent(3) ? try axes(try integers(3, "list of axes"), rank: rank) : Array(0..<rank)
        let limit = ShapeInference.maximumElements
        guard pads.count == 2 * axisList.count, pads.allSatisfy({ (-limit...limit).contains($0) }) else {
            throw failure(.invalidValue, "has the pads \(pads) for \(axisList.count) axes")
        }
        var result = Array(repeating: (before: 0, after: 0), count: rank)
        for (entry, axis) in axisList.enumerated() { result[axis] = (pads[entry], pads[entry + axisList.count]) }
        return result
    }

    func padType() throws(GraphError) -> TensorType {
        let x = try type(0)
        let pads = try resolvedPads()
        if case .pad(.reflect) = node.operation {
            for (axis, pad) in pads.enumerated() where max(pad.before, pad.after) >= max(x.shape[axis], 1) {
                throw failure(
                    .invalidValue, "cannot reflect \(max(pad.before, pad.after)) of \(x.shape[axis]) elements")
            }
        }
        let dimensions = zip(x.shape.dimensions, pads).map { $0 + $1.before + $1.after }
        return TensorType(x.elementType, try checked(dimensions))
    }
}

extension SliceAxis {
    /// ONNX's clamping of `start` and `end` (negative values count from the back) to an axis of `extent`.
    init(start: Int, end: Int, step: Int, extent: Int) {
        func clamp(_ value: Int, _ low: Int, _ high: Int) -> Int {
            let positive = value < 0 ? value + extent : value
            return Swift.min(Swift.max(positive, low), high)
        }
        self.step = step
        if step > 0 {
            self.start = clamp(start, 0, extent)
            let stop = clamp(end, 0, extent)
            count = stop > self.start ? (stop - self.start - 1) / step + 1 : 0
        } else {
            self.start = clamp(start, -1, extent - 1)
            let stop = clamp(end, -1, extent - 1)
            count = self.start > stop ? Int((self.start - stop - 1).magnitude / step.magnitude) + 1 : 0
        }
        // Only one element: its step is of no consequence, and a huge one must not be added up.
        if count <= 1 { self.step = step > 0 ? 1 : -1 }
    }
}
