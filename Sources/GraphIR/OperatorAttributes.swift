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
    /// Set by passes: applied to the result.
    package var activation: Activation?
    /// Set by passes: whether, and on which side of `activation`, the node's last input is added to the result.
    package var residual: Residual

    /// Where a convolution adds its last operand. Without an activation both sides are the same.
    package enum Residual: Sendable, Hashable {
        /// There is no addend.
        case none
        /// activation(x * weights + bias + addend).
        case beforeActivation
        /// activation(x * weights + bias) + addend.
        case afterActivation
    }

    package init(
        kernel: [Int], strides: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0], dilations: [Int] = [1, 1],
        group: Int = 1,
        autoPadding: AutoPadding = .explicit, activation: Activation? = nil, residual: Residual = .none
    ) {
        self.kernel = kernel
        self.strides = strides
        self.padding = padding
        self.dilations = dilations
        self.group = group
        self.autoPadding = autoPadding
        self.activation = activation
        self.residual = residual
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
