package import Tensors

/// What a node computes. Payloads hold attributes with the framework's defaults already applied; operands that ONNX
/// passes as constant inputs (axes, pads, scales…) stay inputs of the node.
///
/// Semantics follow the ONNX operator of the same name (https://onnx.ai/onnx/operators/).
package enum Operator: Sendable, Hashable {
    /// Inputs: x `[N, C, H, W]`, weights `[M, C/group, kH, kW]`, optional bias `[M]`.
    case convolution(ConvolutionAttributes)
    /// Inputs: x, scale, bias, mean, variance, each of the last four `[C]`.
    case batchNormalization(epsilon: Float)
    /// One input, element by element.
    case activation(Activation)
    /// One input, element by element.
    case unary(UnaryFunction)
    /// Two inputs with NumPy broadcasting.
    case binary(BinaryFunction)
    /// Inputs: x, optional minimum, optional maximum (scalars).
    case clip
    /// One or more inputs of equal rank.
    case concat(axis: Int)
    case maxPool(PoolAttributes)
    case averagePool(PoolAttributes, countIncludesPadding: Bool)
    /// Mean over all spatial axes, kept with extent 1.
    case globalAveragePool
    /// Inputs: x, region of interest (ignored), scales (may be absent), sizes (may be absent).
    case resize(ResizeAttributes)
    /// Inputs: x, shape. A zero copies the input's extent unless `allowZero`.
    case reshape(allowZero: Bool)
    case flatten(axis: Int)
    case transpose(permutation: [Int])
    /// Inputs: x, starts, ends, optional axes, optional steps.
    case slice
    /// Inputs: x, optional sizes. Without sizes, split into as many equal parts as there are outputs.
    case split(axis: Int)
    /// Inputs: x, axes.
    case squeeze
    /// Inputs: x, axes.
    case unsqueeze
    /// Inputs: x, indices.
    case gather(axis: Int)
    /// Inputs: x, target shape.
    case expand
    /// Inputs: x, repeats.
    case tile
    case softmax(axis: Int)
    /// Inputs: x, optional axes. Without axes, over all of them.
    case reduce(ReduceFunction, keepDimensions: Bool)
    /// Inputs: x, pads, optional constant value.
    case pad(mode: PadMode)
    /// Inputs: a `[…, M, K]`, b `[…, K, N]`.
    case matMul
    /// Inputs: a, b, optional c.
    case gemm(GemmAttributes)
    /// The input's shape as an int64 vector.
    case shape
    /// Input: shape; the result is filled with `value`, a tensor with one element.
    case constantOfShape(value: Tensor)
    /// Inputs: start, limit, delta, scalars.
    case range
    case cast(ElementType)
    case identity
}

/// Element-by-element non-linearities that kernels fuse into the layer before.
package enum Activation: Sendable, Hashable {
    case relu
    /// clamp(x, minimum, maximum); ReLU6 is (0, 6).
    case clamp(minimum: Float, maximum: Float)
    case leakyReLU(slope: Float)
    case sigmoid
    /// x * sigmoid(x), also called Swish.
    case silu
    /// clamp(alpha * x + beta, 0, 1).
    case hardSigmoid(alpha: Float, beta: Float)
    /// x * clamp(x / 6 + 1/2, 0, 1).
    case hardSwish
    case tanh
    /// x * tanh(log(1 + exp(x))).
    case mish
    case elu(alpha: Float)
}

/// Other element-by-element functions of one operand.
package enum UnaryFunction: String, Sendable, Hashable {
    case exp, log, sqrt, negate, absolute, floor, ceil, reciprocal, not, round, erf, softplus
}

/// Element-by-element functions of two operands.
package enum BinaryFunction: String, Sendable, Hashable {
    case add, subtract, multiply, divide, power, minimum, maximum, equal, greater, less
}

/// Reductions over axes.
package enum ReduceFunction: String, Sendable, Hashable {
    case mean, sum, maximum, minimum, product
}

/// How the area outside the input is filled.
package enum PadMode: String, Sendable, Hashable {
    case constant, reflect, edge
}

/// Strides, padding, dilation and grouping of a convolution; spatial pairs are (vertical, horizontal).
package struct ConvolutionAttributes: Sendable, Hashable {
    package var kernel: [Int]
    package var strides: [Int]
    /// top, left, bottom, right.
    package var padding: [Int]
    package var dilations: [Int]
    package var group: Int
    /// Computed padding, which replaces `padding` when the input's size is known.
    package var autoPadding: AutoPadding
    /// Set by passes: applied to the result (after `residual`).
    package var activation: Activation?
    /// Set by passes: the node's last input is added to the result before `activation`.
    package var hasResidual: Bool

    package init(
        kernel: [Int], strides: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0], dilations: [Int] = [1, 1], group: Int = 1,
        autoPadding: AutoPadding = .explicit, activation: Activation? = nil, hasResidual: Bool = false
    ) {
        self.kernel = kernel
        self.strides = strides
        self.padding = padding
        self.dilations = dilations
        self.group = group
        self.autoPadding = autoPadding
        self.activation = activation
        self.hasResidual = hasResidual
    }
}

/// ONNX `auto_pad`.
package enum AutoPadding: String, Sendable, Hashable {
    case explicit = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case valid = "VALID"
}

/// Window of a pooling layer; spatial pairs are (vertical, horizontal).
package struct PoolAttributes: Sendable, Hashable {
    package var kernel: [Int]
    package var strides: [Int]
    /// top, left, bottom, right.
    package var padding: [Int]
    package var dilations: [Int]
    package var ceilMode: Bool
    package var autoPadding: AutoPadding

    package init(
        kernel: [Int], strides: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0], dilations: [Int] = [1, 1],
        ceilMode: Bool = false, autoPadding: AutoPadding = .explicit
    ) {
        self.kernel = kernel
        self.strides = strides
        self.padding = padding
        self.dilations = dilations
        self.ceilMode = ceilMode
        self.autoPadding = autoPadding
    }
}

/// ONNX Resize: how output coordinates map to input coordinates and how values between pixels are found.
package struct ResizeAttributes: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable { case nearest, linear, cubic }
    package enum CoordinateTransformation: String, Sendable, Hashable {
        case halfPixel = "half_pixel"
        case pytorchHalfPixel = "pytorch_half_pixel"
        case alignCorners = "align_corners"
        case asymmetric
        case halfPixelSymmetric = "half_pixel_symmetric"
    }
    package enum NearestRounding: String, Sendable, Hashable {
        case roundPreferFloor = "round_prefer_floor"
        case roundPreferCeil = "round_prefer_ceil"
        case floor, ceil
    }
    package var mode: Mode
    package var coordinates: CoordinateTransformation
    package var rounding: NearestRounding
    package var cubicCoefficient: Float

    package init(
        mode: Mode = .nearest, coordinates: CoordinateTransformation = .halfPixel,
        rounding: NearestRounding = .roundPreferFloor, cubicCoefficient: Float = -0.75
    ) {
        self.mode = mode
        self.coordinates = coordinates
        self.rounding = rounding
        self.cubicCoefficient = cubicCoefficient
    }
}

/// ONNX Gemm: `alpha * op(a) * op(b) + beta * c`.
package struct GemmAttributes: Sendable, Hashable {
    package var alpha: Float
    package var beta: Float
    package var transposeA: Bool
    package var transposeB: Bool

    package init(alpha: Float = 1, beta: Float = 1, transposeA: Bool = false, transposeB: Bool = false) {
        self.alpha = alpha
        self.beta = beta
        self.transposeA = transposeA
        self.transposeB = transposeB
    }
}
