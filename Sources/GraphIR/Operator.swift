package import Tensors

/// What a node computes. Payloads hold attributes with the framework's defaults already applied; operands that ONNX
/// passes as constant inputs (axes, pads, scales…) stay inputs of the node.
///
/// Semantics follow the ONNX operator of the same name (https://onnx.ai/onnx/operators/).
package enum Operator: Sendable, Hashable {
    /// Inputs: x `[N, C, H, W]`, weights `[M, C/group, kH, kW]`, optional bias `[M]`. With a residual exactly four: x,
    /// weights, bias or an empty name, and the addend, whose shape is the result's.
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
    /// An empty permutation, which reverses the axes, is spelt out by `ResolveAttributes`.
    case transpose(permutation: [Int])
    /// Inputs: x, starts, ends, optional axes, optional steps.
    case slice
    /// Inputs: x, optional sizes. Without sizes, split into as many equal parts as there are outputs; where that does not
    /// divide, parts are rounded up and the last one is smaller.
    case split(axis: Int)
    /// Inputs: x, optional axes. Without axes, all of extent 1.
    case squeeze
    /// Inputs: x, axes.
    case unsqueeze
    /// Inputs: x, indices.
    case gather(axis: Int)
    /// Inputs: x, indices of as many axes as x. Of each line of x along `axis`, the elements that the same line of indices names.
    case gatherElements(axis: Int)
    /// Inputs: x, indices `[…, K]` of K axes behind `batchAxes` axes that both share. The parts of x that they name.
    case gatherParts(batchAxes: Int)
    /// Inputs: x, count k, one integer. int64 indices, along `axis`, of the k largest elements, or smallest, the best first; of equal
    /// ones the lower index first.
    case topIndices(axis: Int, isLargest: Bool)
    /// Inputs: x, indices `[…, K]` of its first K axes, updates `[…] + ` the other axes of x. x with the updates at the indices; of
    /// several for one place the last counts.
    case scatter
    /// Inputs: condition (bool), the value where it holds, the value elsewhere, with NumPy broadcasting.
    case select
    /// Inputs: x, target shape.
    case expand
    /// Inputs: x, repeats.
    case tile
    case softmax(axis: Int)
    /// Inputs: x, optional axes. Without axes, over all of them.
    case reduce(ReduceFunction, keepDimensions: Bool)
    /// Inputs: x, pads (all begins, then all ends), optional constant value, optional axes that the pads are for (spelt
    /// out by `ResolveAttributes`). A negative pad cuts.
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
    /// Inputs: x, scale, optional zero point (absent: 0); the last two a scalar, or one entry for each index along `axis`.
    /// round(x / scale) + zero point, in −128...127 as int32 where `isSigned`, else in 0...255 as uint8.
    case quantizeLinear(axis: Int, isSigned: Bool)
    /// Inputs: q (uint8 or int32), scale, optional zero point (absent: 0), as of `quantizeLinear`. scale · (q − zero point).
    case dequantizeLinear(axis: Int)
    /// Inputs: boxes `[B, N, 4]`, scores `[B, C, N]`, optional most boxes for each class (absent: 0), optional overlap (absent: 0),
    /// optional score to exceed. int64 rows of batch, class, box; at most as many as its shape says, known only at run time.
    case nonMaximumSuppression(areCentres: Bool)
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
    /// Of integers only: the remainder that has the divisor's sign.
    case modulo
}

/// Reductions over axes.
package enum ReduceFunction: String, Sendable, Hashable {
    case mean, sum, maximum, minimum, product
}

/// How the area outside the input is filled.
package enum PadMode: String, Sendable, Hashable {
    case constant, reflect, edge
}
