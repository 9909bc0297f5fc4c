// Elementary functions on 16 lanes. Only operations whose results IEEE 754 fixes are used (add, multiply, fused
// multiply-add, divide, compare, integer arithmetic on the bits), so every instruction set gives the same bits.

typealias Vector = SIMD16<Float>

@inline(always)
func maximum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .> a) }

@inline(always)
func minimum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: b .< a) }

@inline(always)
func clamp(_ x: Vector, _ low: Float, _ high: Float) -> Vector {
    minimum(maximum(x, Vector(repeating: low)), Vector(repeating: high))
}

/// eˣ by 2ⁿ·eʳ with |r| ≤ ln2/2 and a polynomial of degree 6; relative error below 2 ulp, saturating outside ±87.
@inline(always)
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

/// The exponent −x·log₂e of e⁻ˣ = 2ᶠ·scale: its fraction in ±1/2, and 2 to its whole part; saturating outside ±87. Adding
/// 1.5·2²³ + 127 rounds to an integer whose low bits are the biased exponent.
@inline(always)
private func negatedExponent(_ x: Vector) -> (fraction: Vector, scale: Vector) {
    let limited = clamp(x, -87, 87)
    let shifter = Vector(repeating: 12_582_912 + 127)
    let shifted = shifter.addingProduct(limited, Vector(repeating: -1.442_695_04))
    let fraction = (shifter - shifted).addingProduct(limited, Vector(repeating: -1.442_695_04))
    let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< SIMD16<Int32>(repeating: 23)
    return (fraction, unsafeBitCast(exponent, to: Vector.self))
}

/// x · sigmoid(x) = x / (1 + 2⁻ᵗ), t = x·log₂e, with a polynomial of degree 5 for the fraction of the exponent.
///
/// Relative error below 4·10⁻⁷ (minimax fit of 2ᶠ on ±1/2: 8·10⁻⁸). One degree less would be a tenth faster, but its
/// 2.6·10⁻⁶ grow over sixty layers to 2·10⁻⁴ of a detector's largest output.
@inline(always)
func exactSiLU(_ x: Vector) -> Vector {
    let (f, scale) = negatedExponent(x)
    var p = Vector(repeating: 1.327_647_1e-3)
    p = Vector(repeating: 9.675_541e-3).addingProduct(p, f)
    p = Vector(repeating: 5.550_713_1e-2).addingProduct(p, f)
    p = Vector(repeating: 0.240_221_2).addingProduct(p, f)
    p = Vector(repeating: 0.693_146_94).addingProduct(p, f)
    p = Vector(repeating: 1).addingProduct(p, f)
    return x / Vector(repeating: 1).addingProduct(p, scale)
}

/// The same with a polynomial of degree 2: off by less than 4·10⁻⁴, which is little beside the step of results stored in 8 bits.
@inline(always)
func coarseSiLU(_ x: Vector) -> Vector {
    let (f, scale) = negatedExponent(x)
    var p = Vector(repeating: 0.238_428_94)
    p = Vector(repeating: 0.703_448_01).addingProduct(p, f)
    p = Vector(repeating: 1.000_443_14).addingProduct(p, f)
    return x / Vector(repeating: 1).addingProduct(p, scale)
}

@inline(always)
func sigmoid(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    return one / (one + exponential(-x))
}

/// tanh(x) = 1 − 2 / (e²ˣ + 1), with a short series near zero where that cancels.
@inline(always)
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
@inline(always)
func mish(_ x: Vector) -> Vector {
    let e = exponential(minimum(x, Vector(repeating: 20)))
    let q = e * (e + Vector(repeating: 2))
    let value = x * q / (q + Vector(repeating: 2))
    return value.replacing(with: x, where: x .> Vector(repeating: 20))
}
