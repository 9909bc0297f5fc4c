import Tensors

/// One axis of a resize: extents and the factor that maps output to input coordinates.
struct ResizeAxis: Hashable {
    var input: Int
    var output: Int
    /// output / input as the model states it.
    var scale: Float
}

extension Operands {
    /// What a resize does along every axis: by sizes where they are given, else by scales.
    func resizeAxes() throws(GraphError) -> [ResizeAxis] {
        let x = try shape(0)
        // Exporters also write an absent operand as an empty tensor.
        let sizes = isPresent(3) ? try integers(3, "list of sizes") : []
        if !sizes.isEmpty || !isPresent(2) {
            guard sizes.count == x.rank else {
                throw failure(.invalidValue, "has \(sizes.count) sizes for \(x.rank) dimensions")
            }
            return zip(x.dimensions, sizes).map {
                ResizeAxis(input: $0, output: $1, scale: Float($1) / Float(max($0, 1)))
            }
        }
        let scales = try floats(2, "list of scales")
        guard scales.count == x.rank, scales.allSatisfy({ $0 > 0 && $0 < 1e6 }) else {
            throw failure(.invalidValue, "has the scales \(scales) for \(x.rank) dimensions")
        }
        return zip(x.dimensions, scales).map {
            ResizeAxis(input: $0, output: Int((Float($0) * $1).rounded(.down)), scale: $1)
        }
    }

    func resizeType() throws(GraphError) -> TensorType {
        let x = try type(0)
        if case .resize(let attributes) = node.operation, attributes.mode != .nearest { try requireFloat() }
        return TensorType(x.elementType, try checked(try resizeAxes().map(\.output)))
    }
}
