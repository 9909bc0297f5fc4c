import Tensors

extension Graph {
    /// Products that convolutions and matrix products compute for one run, with value types from shape inference.
    package func multiplyAdds(types: [String: TensorType]) -> Int {
        nodes.reduce(0) { $0 + $1.multiplyAdds { types[$0]?.shape ?? constants[$0]?.shape } }
    }

    /// Products that one of the graph's nodes computes; 0 where it computes none or a shape is not known.
    package func multiplyAdds(of node: Node, types: [String: TensorType]) -> Int {
        node.multiplyAdds { types[$0]?.shape ?? constants[$0]?.shape }
    }

    /// Elements of floating-point constants, and of integers that become such: a network's parameters.
    package var parameterCount: Int {
        var quantized: Set<String> = []
        for node in nodes {
            if case .dequantizeLinear = node.operation { quantized.insert(node.inputs[0]) }
        }
        return constants.filter { $0.value.elementType == .float32 || quantized.contains($0.key) }
            .reduce(0) { $0 + $1.value.count }
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
