import Glibc
import Kernels

/// A function applied to every element; a type for each, so that each gets a loop of its own.
protocol ElementFunction {
    func callAsFunction(_ x: Vector) -> Vector
}

struct Unchanged: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { x }
}

struct Clamp: ElementFunction {
    var low: Float
    var high: Float

    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { clamp(x, low, high) }
}

struct LeakyReLU: ElementFunction {
    var slope: Float

    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector {
        x.replacing(with: x * Vector(repeating: slope), where: x .< Vector(repeating: 0))
    }
}

struct Sigmoid: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { sigmoid(x) }
}

struct SiLU<Result: Element>: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { Result.silu(x) }
}

struct HardSigmoid: ElementFunction {
    var slope: Float
    var shift: Float

    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector {
        clamp(Vector(repeating: shift).addingProduct(x, Vector(repeating: slope)), 0, 1)
    }
}

struct HardSwish: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector {
        x * clamp(Vector(repeating: 0.5).addingProduct(x, Vector(repeating: 1 / 6)), 0, 1)
    }
}

struct HyperbolicTangent: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { hyperbolicTangent(x) }
}

struct Mish: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { mish(x) }
}

struct ELU: ElementFunction {
    var scale: Float

    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector {
        let negative = (exponential(x) - Vector(repeating: 1)) * Vector(repeating: scale)
        return x.replacing(with: negative, where: x .< Vector(repeating: 0))
    }
}

struct Exponential: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { exponential(x) }
}

struct Reciprocal: ElementFunction {
    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector { Vector(repeating: 1) / x }
}

/// Functions that detectors use seldom, one element at a time; the mathematics library gives the same bits on every
/// instruction set.
func evaluate(_ kind: ActivationKind, _ x: Float) -> Float {
    switch kind {
    case .log: Float(Glibc.log(Double(x)))
    case .softplus: x > 20 ? x : Float(Glibc.log1p(Glibc.exp(Double(x))))
    case .erf: Float(Glibc.erf(Double(x)))
    case .squareRoot: x.squareRoot()
    case .negate: -x
    case .absolute: abs(x)
    case .floor: x.rounded(.down)
    case .ceil: x.rounded(.up)
    case .round: x.rounded(.toNearestOrEven)
    default: x
    }
}
