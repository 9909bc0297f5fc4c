import Glibc
import Kernels

// Elementary functions on 16 lanes. Only operations whose results IEEE 754 fixes are used (add, multiply, fused
// multiply-add, divide, compare, integer arithmetic on the bits), so every instruction set gives the same bits.

typealias Vector = SIMD16<Float>

@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

@inline(__always)
func load(_ pointer: UnsafeMutablePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

@inline(__always)
func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Vector.self)
}

@inline(__always)
func maximum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .> a) }

@inline(__always)
func minimum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .< a) }

@inline(__always)
func clamp(_ x: Vector, _ low: Float, _ high: Float) -> Vector {
    minimum(maximum(x, Vector(repeating: low)), Vector(repeating: high))
}

/// eˣ by 2ⁿ·eʳ with |r| ≤ ln2/2 and a polynomial of degree 6; relative error below 2 ulp, saturating outside ±87.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
    let limited = clamp(x, -87, 88)
    // Adding 1.5·2²³ rounds to an integer that then stands in the low bits of the significand.
    let shifter = Vector(repeating: 12_582_912)
    let shifted = shifter.addingProduct(limited, Vector(repeating: 1.442_695_04))
    let n = shifted - shifter
    var r = limited.addingProduct(n, Vector(repeating: -0.693_359_375))
    r = r.addingProduct(n, Vector(repeating: 2.121_944_4e-4))
    var p = Vector(repeating: 1.987_569_1e-4)
    p = Vector(repeating: 1.398_199_9e-3).addingProduct(p, r)
    p = Vector(repeating: 8.333_452e-3).addingProduct(p, r)
    p = Vector(repeating: 4.166_579_6e-2).addingProduct(p, r)
    p = Vector(repeating: 0.166_666_66).addingProduct(p, r)
    p = Vector(repeating: 0.5).addingProduct(p, r)
    p = (r + Vector(repeating: 1)).addingProduct(p, r * r)
    let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< SIMD16<Int32>(repeating: 23)
    return unsafeBitCast(unsafeBitCast(p, to: SIMD16<Int32>.self) &+ exponent, to: Vector.self)
}

@inline(__always)
func sigmoid(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    return one / (one + exponential(-x))
}

/// tanh(x) = 1 − 2 / (e²ˣ + 1), with a short series near zero where that cancels.
@inline(__always)
func hyperbolicTangent(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    let wide = one - Vector(repeating: 2) / (exponential(x + x) + one)
    let square = x * x
    var series = Vector(repeating: 2.0 / 15.0)
    series = Vector(repeating: -1.0 / 3.0).addingProduct(series, square)
    let near = x.addingProduct(series * square, x)
    return wide.replacing(with: near, where: square .< Vector(repeating: 0.01))
}

/// x·tanh(log(1 + eˣ)) = x·(e² + 2e) / (e² + 2e + 2) with e = eˣ.
@inline(__always)
func mish(_ x: Vector) -> Vector {
    let e = exponential(minimum(x, Vector(repeating: 20)))
    let q = e * (e + Vector(repeating: 2))
    let value = x * q / (q + Vector(repeating: 2))
    return value.replacing(with: x, where: x .> Vector(repeating: 20))
}

/// The activations that are cheap on vectors; the others go lane by lane.
@inline(__always)
func activate(_ x: Vector, _ kind: ActivationKind, _ first: Float, _ second: Float) -> Vector {
    switch kind {
    case .none: x
    case .clamp: clamp(x, first, second)
    case .leakyReLU: x.replacing(with: x * Vector(repeating: first), where: x .< Vector(repeating: 0))
    case .sigmoid: sigmoid(x)
    case .silu: x / (Vector(repeating: 1) + exponential(-x))
    case .hardSigmoid: clamp(Vector(repeating: second).addingProduct(x, Vector(repeating: first)), 0, 1)
    case .hardSwish: x * clamp(Vector(repeating: 0.5).addingProduct(x, Vector(repeating: 1 / 6)), 0, 1)
    case .tanh: hyperbolicTangent(x)
    case .mish: mish(x)
    case .elu:
        x.replacing(
            with: (exponential(x) - Vector(repeating: 1)) * Vector(repeating: first), where: x .< Vector(repeating: 0))
    case .exp: exponential(x)
    case .squareRoot: x.squareRoot()
    case .negate: -x
    case .absolute: x.replacing(with: -x, where: x .< Vector(repeating: 0))
    case .floor: x.rounded(.down)
    case .ceil: x.rounded(.up)
    case .round: x.rounded(.toNearestOrEven)
    case .reciprocal: Vector(repeating: 1) / x
    case .log, .softplus, .erf: x
    }
}

/// Functions of the mathematics library; the same library gives the same bits on every instruction set.
@inline(never)
func activateScalar(_ x: Float, _ kind: ActivationKind) -> Float {
    switch kind {
    case .log: Float(Glibc.log(Double(x)))
    case .softplus: x > 20 ? x : Float(Glibc.log1p(Glibc.exp(Double(x))))
    case .erf: Float(Glibc.erf(Double(x)))
    default: x
    }
}
