/// Element-by-element function of a kernel's result; parameters are in `Epilogue`.
package enum ActivationKind: UInt8, Sendable, Hashable {
    case none
    /// clamp(x, first, second); ReLU is (0, +∞).
    case clamp
    /// x < 0 ? first · x : x.
    case leakyReLU
    case sigmoid
    /// x · sigmoid(x).
    case silu
    /// clamp(first · x + second, 0, 1).
    case hardSigmoid
    /// x · clamp(x / 6 + 1/2, 0, 1).
    case hardSwish
    case tanh
    /// x · tanh(log(1 + eˣ)).
    case mish
    /// x < 0 ? first · (eˣ − 1) : x.
    case elu
    case exp
    case log
    case squareRoot
    case negate
    case absolute
    case floor
    case ceil
    case round
    case reciprocal
    case softplus
    case erf
}

/// What happens to a result before it is stored: an activation, and a residual added before or after it.
package struct Epilogue: Sendable, Hashable {
    package var activation: ActivationKind
    package var first: Float
    package var second: Float
    /// Arena offset of a value of the result's geometry that is added, or nil.
    package var residual: Int?
    /// Whether the residual is added after the activation, not before.
    package var addsLast = false
    /// What the residual's values stand for where they are bytes.
    package var residualScale = ByteScale()

    package init(_ activation: ActivationKind = .none, _ first: Float = 0, _ second: Float = 0, residual: Int? = nil) {
        self.activation = activation
        self.first = first
        self.second = second
        self.residual = residual
    }
}
