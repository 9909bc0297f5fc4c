import Kernels

extension Epilogue {
    /// Whether the stored result is the raw one.
    // A pattern: `==` would bring a function along that other objects share.
    @inline(always)
    var isIdentity: Bool { if case .none = activation { residual == nil } else { false } }

    /// Whether it does nothing but limit the result to a range.
    @inline(always)
    var isClamp: Bool { if case .clamp = activation { residual == nil } else { false } }
}

/// An addend's place, and whether it is added after the function.
private struct Addend<E: Element> {
    var values: UnsafePointer<E>?
    var isLate: Bool
}

/// Applies `function` to `count` values (a multiple of 16) at `source`, and adds. `out` may be `source`.
@inline(never)
private func apply<F: ElementFunction, Input: Element, Output: Element>(
    _ function: F, _ source: UnsafePointer<Input>, _ addend: Addend<Output>, _ out: UnsafeMutablePointer<Output>,
    _ count: Int
) {
    var index = 0
    if let residual = addend.values, addend.isLate {
        while index < count {
            store(function(load(source + index)) + load(residual + index), out + index)
            index += 16
        }
    } else if let residual = addend.values {
        while index < count {
            store(function(load(source + index) + load(residual + index)), out + index)
            index += 16
        }
    } else {
        while index < count {
            store(function(load(source + index)), out + index)
            index += 16
        }
    }
}

/// The residual addition and activation of a kernel's result over a contiguous run of whole vectors, from `source` to `out`,
/// which may be the same.
func applyEpilogue<Input: Element, Output: Element>(
    _ source: UnsafePointer<Input>, _ residual: UnsafePointer<Output>?, _ out: UnsafeMutablePointer<Output>,
    _ count: Int, _ epilogue: Epilogue
) {
    let (first, second) = (epilogue.first, epilogue.second)
    let addend = Addend(values: residual, isLate: epilogue.addsLast)
    switch epilogue.activation {
    case .none: apply(Unchanged(), source, addend, out, count)
    case .silu: apply(SiLU<Output>(), source, addend, out, count)
    case .clamp: apply(Clamp(low: first, high: second), source, addend, out, count)
    case .leakyReLU: apply(LeakyReLU(slope: first), source, addend, out, count)
    case .sigmoid: apply(Sigmoid(), source, addend, out, count)
    case .hardSigmoid: apply(HardSigmoid(slope: first, shift: second), source, addend, out, count)
    case .hardSwish: apply(HardSwish(), source, addend, out, count)
    case .tanh: apply(HyperbolicTangent(), source, addend, out, count)
    case .mish: apply(Mish(), source, addend, out, count)
    case .elu: apply(ELU(scale: first), source, addend, out, count)
    case .exp: apply(Exponential(), source, addend, out, count)
    case .reciprocal: apply(Reciprocal(), source, addend, out, count)
    case .log, .softplus, .erf, .squareRoot, .negate, .absolute, .floor, .ceil, .round:
        for index in 0..<count {
            let addition = residual?[index].float ?? 0
            let (early, late) = epilogue.addsLast ? (0, addition) : (addition, 0)
            out[index] = Output(evaluate(epilogue.activation, source[index].float + early) + late)
        }
    }
}

/// The same in place over 32-bit floats.
func applyEpilogue(
    _ pointer: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int, _ epilogue: Epilogue
) {
    applyEpilogue(UnsafePointer(pointer), residual, pointer, count, epilogue)
}

/// The epilogue over any number of floats; a tail shorter than a vector goes through a padded copy.
func applyEpilogueToArray(_ pointer: UnsafeMutablePointer<Float>, _ count: Int, _ epilogue: Epilogue) {
    guard !epilogue.isIdentity else { return }
    let whole = count / 16 * 16
    applyEpilogue(pointer, nil, whole, epilogue)
    guard whole < count else { return }
    var tail = Vector(repeating: 0)
    for lane in 0..<count - whole { tail[lane] = pointer[whole + lane] }
    withUnsafeMutableBytes(of: &tail) { bytes in
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
        applyEpilogue(base, nil, 16, epilogue)
        (pointer + whole).update(from: base, count: count - whole)
    }
}
