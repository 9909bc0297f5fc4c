import Tensors

extension Operands {
    func elementwiseType() throws(GraphError) -> TensorType {
        let first = try type(0)
        switch node.operation {
        case .activation: try requireFloat()
        case .unary(let function): try requireType(for: function)
        case .binary(let function): return try binaryType(function)
        case .clip: try requireClipBounds()
        case .cast(let elementType): return TensorType(elementType, first.shape)
        case .softmax(let axis):
            try requireFloat()
            _ = try self.axis(axis, rank: first.shape.rank)
        default: break
        }
        return first
    }

    private func requireType(for function: UnaryFunction) throws(GraphError) {
        switch function {
        case .negate, .absolute:
            if try type(0).elementType == .bool { throw failure(.typeMismatch, "does not work on bool") }
        case .not:
            if try type(0).elementType != .bool { throw failure(.typeMismatch, "works on bool only") }
        default: try requireFloat()
        }
    }

    private func requireClipBounds() throws(GraphError) {
        let elementType = try type(0).elementType
        guard elementType != .bool else { throw failure(.typeMismatch, "does not work on bool") }
        for index in 1...2 where isPresent(index) {
            let bound = try type(index)
            guard bound.shape.count == 1, bound.elementType == elementType else {
                throw failure(.shapeMismatch, "its bounds must be scalars of the input's type")
            }
        }
    }

    private func binaryType(_ function: BinaryFunction) throws(GraphError) -> TensorType {
        let (a, b) = (try type(0), try type(1))
        guard let shape = a.shape.broadcast(with: b.shape) else {
            throw failure(.shapeMismatch, "its operands \(a.shape) and \(b.shape) do not broadcast")
        }
        guard a.elementType == b.elementType || function == .power else {
            throw failure(
                .typeMismatch, "its operands are \(a.elementType.rawValue) and \(b.elementType.rawValue)")
        }
        let result = try checked(shape.dimensions)
        switch function {
        case .equal, .greater, .less: return TensorType(.bool, result)
        case .add, .subtract, .multiply, .divide, .power:
            guard a.elementType != .bool else { throw failure(.typeMismatch, "does not work on bool") }
        case .modulo:
            guard a.elementType != .bool, a.elementType != .float32 else {
                throw failure(.typeMismatch, "works on integers, not on \(a.elementType.rawValue)")
            }
        case .minimum, .maximum: break
        }
        return TensorType(a.elementType, result)
    }

    func selectType() throws(GraphError) -> TensorType {
        let (condition, a, b) = (try type(0), try type(1), try type(2))
        guard condition.elementType == .bool, a.elementType == b.elementType else {
            throw failure(
                .typeMismatch,
                "its operands are \(condition.elementType.rawValue), \(a.elementType.rawValue) and "
                    + "\(b.elementType.rawValue)")
        }
        guard let shape = a.shape.broadcast(with: b.shape)?.broadcast(with: condition.shape) else {
            throw failure(
                .shapeMismatch, "its operands \(condition.shape), \(a.shape) and \(b.shape) do not broadcast")
        }
        return TensorType(a.elementType, try checked(shape.dimensions))
    }

    func batchNormalizationType() throws(GraphError) -> TensorType {
        try requireFloat()
        let x = try type(0)
        guard x.shape.rank >= 2 else { throw failure(.shapeMismatch, "its input \(x.shape) has no channels") }
        for index in 1...4 {
            let parameter = try type(index)
            guard parameter.shape == [x.shape[1]], parameter.elementType == .float32 else {
                throw failure(
                    .shapeMismatch, "its parameter \(parameter.shape) does not fit \(x.shape[1]) channels")
            }
        }
        return x
    }

    func globalPoolType() throws(GraphError) -> TensorType {
        try requireFloat()
        let x = try type(0)
        guard x.shape.rank >= 3 else { throw failure(.shapeMismatch, "its input \(x.shape) has no spatial axes") }
        let dimensions = Array(x.shape.dimensions[..<2]) + Array(repeating: 1, count: x.shape.rank - 2)
        return TensorType(x.elementType, Shape(dimensions))
    }

    /// The axes a reduction runs over, counted from the front.
    func reducedAxes() throws(GraphError) -> [Int] {
        let rank = try shape(0).rank
        return isPresent(1) ? try axes(try integers(1, "list of axes"), rank: rank) : Array(0..<rank)
    }

    func reduceType(keepDimensions: Bool) throws(GraphError) -> TensorType {
        let x = try type(0)
        guard x.elementType != .bool else { throw failure(.typeMismatch, "does not work on bool") }
        let reduced = Set(try reducedAxes())
        var dimensions: [Int] = []
        for (axis, extent) in x.shape.dimensions.enumerated() {
            if !reduced.contains(axis) { dimensions.append(extent) } else if keepDimensions { dimensions.append(1) }
        }
        return TensorType(x.elementType, Shape(dimensions))
    }
}
