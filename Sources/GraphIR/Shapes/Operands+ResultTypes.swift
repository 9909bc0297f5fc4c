import Tensors

extension Operands {
    /// Types of the node's results.
    func resultTypes() throws(GraphError) -> [TensorType] {
        if case .split(let axis) = node.operation { return try splitTypes(axis: axis) }
        return [try resultType()]
    }

    private func resultType() throws(GraphError) -> TensorType {
        switch node.operation {
        case .convolution(let attributes): try convolutionType(attributes)
        case .batchNormalization: try batchNormalizationType()
        case .maxPool(let attributes), .averagePool(let attributes, _): try poolType(attributes)
        case .globalAveragePool: try globalPoolType()
        case .resize: try resizeType()
        case .matMul: try matMulType()
        case .gemm(let attributes): try gemmType(attributes)
        case .activation, .unary, .binary, .clip, .cast, .identity, .softmax: try elementwiseType()
        case .quantizeLinear(let axis, let isSigned): try quantizeType(axis: axis, isSigned: isSigned)
        case .dequantizeLinear(let axis): try dequantizeType(axis: axis)
        case .reduce(_, let keepDimensions): try reduceType(keepDimensions: keepDimensions)
        default: try arrangementType()
        }
    }

    private func arrangementType() throws(GraphError) -> TensorType {
        switch node.operation {
        case .concat(let axis): try concatType(axis: axis)
        case .reshape(let allowZero): try reshapeType(allowZero: allowZero)
        case .flatten(let axis): try flattenType(axis: axis)
        case .transpose(let permutation): try transposeType(permutation)
        case .slice: try sliceType()
        case .squeeze: try squeezeType()
        case .unsqueeze: try unsqueezeType()
        case .gather(let axis): try gatherType(axis: axis)
        case .gatherElements(let axis): try gatherElementsType(axis: axis)
        case .gatherParts(let batchAxes): try gatherPartsType(batchAxes: batchAxes)
        case .topIndices(let axis, _): try topIndicesType(axis: axis)
        case .scatter: try scatterType()
        case .select: try selectType()
        case .expand: try expandType()
        case .tile: try tileType()
        case .pad: try padType()
        case .shape: TensorType(.int64, [try shape(0).rank])
        case .constantOfShape(let value): try constantOfShapeType(value)
        case .range: try rangeType()
        case .nonMaximumSuppression: try suppressionType()
        default: throw failure(.invalidGraph, "has no shape rule")
        }
    }
}
