#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// e to the power of `x`, computed in double precision and rounded once.
func exponential(_ x: Float) -> Float { Float(exp(Double(x))) }

/// 1 / (1 + e^-x).
func sigmoid(_ x: Float) -> Float { Float(1 / (1 + exp(-Double(x)))) }

/// `base` to the power of `exponent`, computed in double precision and rounded once; 0 for a negative base.
func power(_ base: Float, _ exponent: Double) -> Float { Float(pow(max(0, Double(base)), exponent)) }

func hyperbolicTangent(_ x: Float) -> Float { Float(tanh(Double(x))) }

/// A logit a little below the one whose sigmoid is `score`: what lies under it certainly scores less.
func logitBelow(_ score: Float) -> Float {
    guard score > 0 else { return -.infinity }
    guard score < 1 else { return 15 }
    return Float(log(Double(score) / (1 - Double(score)))) - 0.01
}

/// How far (a little more) a logit may lie under the largest one and still have the softmax share `score`; never positive.
func logitMargin(_ score: Float) -> Float {
    guard score > 0 else { return -.infinity }
    return min(0, Float(log(Double(score)))) - 0.01
}
