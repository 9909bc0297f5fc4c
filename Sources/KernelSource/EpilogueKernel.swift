import Kernels

/// An addend's place, and whether it is added after the function.
private struct Addend {
    var values: UnsafePointer<Float>?
    var isLate: Bool
}

/// Applies `function` in place to `count` floats (a multiple of 16) at `pointer`, and adds.
@inline(never)
private func apply<F: ElementFunction>(
    _ function: F, _ pointer: UnsafeMutablePointer<Float>, _ addend: Addend, _ count: Int
) {
    var index = 0
    if let residual = addend.values, addend.isLate {
        while index < count {
            store(function(load(pointer + index)) + load(residual + index), pointer + index)
            index += 16
        }
    } else if let residual = addend.values {
        while index < count {
            store(function(load(pointer + index) + load(residual + index)), pointer + index)
            index += 16
        }
    } else {
        while index < count {
            store(function(load(pointer + index)), pointer + index)
            index += 16
        }
    }
}

/// The residual addition and activation of a kernel's result, in place over a contiguous run of whole vectors.
func applyEpilogue(
    _ pointer: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int, _ epilogue: Epilogue
) {
    let (first, second) = (epilogue.first, epilogue.second)
    let addend = Addend(values: residual, isLate: epilogue.addsLast)
    switch epilogue.activation {
    case .none: apply(Unchanged(), pointer, addend, count)
    case .silu: apply(SiLU(), pointer, addend, count)
    case .clamp: apply(Clamp(low: first, high: second), pointer, addend, count)
    case .leakyReLU: apply(LeakyReLU(slope: first), pointer, addend, count)
    case .sigmoid: apply(Sigmoid(), pointer, addend, count)
    case .hardSigmoid: apply(HardSigmoid(slope: first, shift: second), pointer, addend, count)
    case .hardSwish: apply(HardSwish(), pointer, addend, count)
    case .tanh: apply(HyperbolicTangent(), pointer, addend, count)
    case .mish: apply(Mish(), pointer, addend, count)
    case .elu: apply(ELU(scale: first), pointer, addend, count)
    case .exp: apply(Exponential(), pointer, addend, count)
    case .reciprocal: apply(Reciprocal(), pointer, addend, count)
    case .log, .softplus, .erf, .squareRoot, .negate, .absolute, .floor, .ceil, .round:
        for index in 0..<count {
            let (early, late) = epilogue.addsLast ? (0, residual?[index] ?? 0) : (residual?[index] ?? 0, 0)
            pointer[index] = evaluate(epilogue.activation, pointer[index] + early) + late
        }
    }
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
