extension Operator {
    /// The ONNX name of the operator, for messages.
    package var name: String {
        switch self {
        case .convolution: "Conv"
        case .batchNormalization: "BatchNormalization"
        case .activation(let activation): activation.name
        case .unary(let function): function.name
        case .binary(let function): function.name
        case .clip: "Clip"
        case .concat: "Concat"
        case .maxPool: "MaxPool"
        case .averagePool: "AveragePool"
        case .globalAveragePool: "GlobalAveragePool"
        case .resize: "Resize"
        case .reshape: "Reshape"
        case .flatten: "Flatten"
        case .transpose: "Transpose"
        case .slice: "Slice"
        case .split: "Split"
        case .squeeze: "Squeeze"
        case .unsqueeze: "Unsqueeze"
        case .gather: "Gather"
        case .gatherElements: "GatherElements"
        case .gatherParts: "GatherND"
        case .topIndices: "TopK"
        case .scatter: "ScatterND"
        case .select: "Where"
        case .expand: "Expand"
        case .tile: "Tile"
        case .softmax: "Softmax"
        case .reduce(let function, _): function.name
        case .pad: "Pad"
        case .matMul: "MatMul"
        case .gemm: "Gemm"
        case .shape: "Shape"
        case .constantOfShape: "ConstantOfShape"
        case .range: "Range"
        case .cast: "Cast"
        case .identity: "Identity"
        case .quantizeLinear: "QuantizeLinear"
        case .dequantizeLinear: "DequantizeLinear"
        case .nonMaximumSuppression: "NonMaxSuppression"
        }
    }

    /// How many operands the operator takes, absent optional ones in the middle included.
    var operandCount: ClosedRange<Int> {
        switch self {
        case .convolution(let attributes): attributes.residual == .none ? 2...3 : 4...4
        case .batchNormalization: 5...5
        case .binary, .reshape, .unsqueeze, .gather, .gatherElements, .gatherParts, .topIndices, .expand, .tile,
            .matMul:
            2...2
        case .clip: 1...3
        case .concat: 1...Int.max
        case .resize: 2...4
        case .slice: 3...5
        case .split, .squeeze, .reduce: 1...2
        case .pad: 2...4
        case .gemm, .quantizeLinear, .dequantizeLinear: 2...3
        case .range, .scatter, .select: 3...3
        case .nonMaximumSuppression: 2...5
        case .activation, .unary, .maxPool, .averagePool, .globalAveragePool, .flatten, .transpose, .softmax, .shape,
            .constantOfShape, .cast, .identity:
            1...1
        }
    }
}

extension Activation {
    var name: String {
        switch self {
        case .relu: "Relu"
        case .clamp: "Clip"
        case .leakyReLU: "LeakyRelu"
        case .sigmoid: "Sigmoid"
        case .silu: "Silu"
        case .hardSigmoid: "HardSigmoid"
        case .hardSwish: "HardSwish"
        case .tanh: "Tanh"
        case .mish: "Mish"
        case .elu: "Elu"
        }
    }
}

extension UnaryFunction {
    var name: String {
        switch self {
        case .negate: "Neg"
        case .absolute: "Abs"
        default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
        }
    }
}

extension BinaryFunction {
    var name: String {
        switch self {
        case .subtract: "Sub"
        case .multiply: "Mul"
        case .divide: "Div"
        case .power: "Pow"
        case .modulo: "Mod"
        case .minimum: "Min"
        case .maximum: "Max"
        case .add, .equal, .greater, .less: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
        }
    }
}

extension ReduceFunction {
    var name: String {
        switch self {
        case .mean: "ReduceMean"
        case .sum: "ReduceSum"
        case .maximum: "ReduceMax"
        case .minimum: "ReduceMin"
        case .product: "ReduceProd"
        }
    }
}
