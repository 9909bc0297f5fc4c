import GraphIR
import Kernels
import Tensors

extension GraphLowering {
    /// Lowers one node by its operator's rule.
    mutating func lower(_ node: Node) throws(EngineError) {
        if case .nonMaximumSuppression = node.operation { return try lowerSuppression(node) }
        for output in node.outputs where !output.isEmpty {
            let type = try type(of: output)
            guard type.elementType != .float32 && type.elementType != .bool else { continue }
            try noteWholeRange(of: node, type.elementType)
        }
        switch node.operation {
        case .convolution(let attributes): try lowerConvolution(node, attributes)
        case .maxPool(let attributes): try lowerPool(node, attributes, .maximum)
        case .averagePool(let attributes, let countsPadding):
            try lowerPool(node, attributes, countsPadding ? .averageIncludingPadding : .average)
        case .globalAveragePool: try lowerGlobalAverage(node)
        case .resize(let attributes): try lowerResize(node, attributes)
        case .concat(let axis): try lowerConcat(node, axis: axis)
        default: try lowerArrayOperator(node)
        }
    }

    private mutating func lowerArrayOperator(_ node: Node) throws(EngineError) {
        switch node.operation {
        case .activation(let activation): try lowerMap(node, Epilogue(fusing: activation), keepsLanesFinite: true)
        case .unary(let function): try lowerUnary(node, function)
        case .binary(let function): try lowerBinary(node, function)
        case .clip: try lowerClip(node)
        case .reshape, .flatten, .squeeze, .unsqueeze, .identity: try lowerAlias(node)
        case .cast: try lowerCast(node)
        case .select: try lowerSelect(node)
        case .scatter: try lowerScatter(node)
        case .transpose(let permutation): try lowerTranspose(node, permutation)
        case .slice: try lowerSlice(node)
        case .split(let axis): try lowerSplit(node, axis: axis)
        case .gather(let axis): try lowerGather(node, axis: axis)
        case .gatherElements(let axis): try lowerGatherElements(node, axis: axis)
        case .gatherParts(let batchAxes): try lowerGatherParts(node, batchAxes: batchAxes)
        case .topIndices(let axis, let isLargest): try lowerTopIndices(node, axis: axis, isLargest: isLargest)
        case .expand: try lowerExpand(node)
        case .tile: try lowerTile(node)
        case .softmax(let axis): try lowerSoftmax(node, axis: axis)
        case .reduce(let function, _): try lowerReduce(node, function)
        case .pad(let mode): try lowerPad(node, mode)
        case .matMul: try lowerMatMul(node)
        case .gemm(let attributes): try lowerGemm(node, attributes)
        case .batchNormalization:
            throw EngineError(.unsupported, node.name, "batch normalization that follows no convolution")
        default: throw EngineError(.unsupported, node.name, "operator depends on values known only at run time")
        }
    }
}
