import Tensors

extension Graph {
    /// Products that convolutions and matrix products compute for one run, with value types from shape inference.
    package func multiplyAdds(types: [String: TensorType]) -> Int {
        nodes.reduce(0) { $0 + $1.multiplyAdds { types[$0]?.shape ?? constants[$0]?.shape } }
    }

    /// Elements of floating-point constants: a network's parameters.
    package var parameterCount: Int {
        constants.values.filter { $0.elementType == .float32 }.reduce(0) { $0 + $1.count }
    }
}

extension Node {
    /// Products that the node computes; 0 where it computes none or a shape is not known.
    fileprivate func multiplyAdds(shape: (String) -> Shape?) -> Int {
        guard let result = outputs.first.flatMap(shape) else { return 0 }
        switch operation {
        case .convolution:
            guard let weights = shape(inputs[1]), weights.rank > 1 else { return 0 }
            return result.count * weights.count / weights[0]
        case .matMul:
            return result.count * (shape(inputs[0])?.dimensions.last ?? 0)
        case .gemm(let attributes):
            guard let left = shape(inputs[0]), left.rank == 2 else { return 0 }
            return result.count * left[attributes.transposeA ? 0 : 1]
        default: return 0
        }
    }
}
