import Kernels

/// Applies `function` in place to `count` floats (a multiple of 16) at `pointer`; `residual` points at the addend.
@inline(never)
private func apply<F: ElementFunction>(
    _ function: F, _ pointer: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int
) {
    var index = 0
    if let residual {
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
    switch epilogue.activation {
    case .none: apply(Unchanged(), pointer, residual, count)
    case .silu: apply(SiLU(), pointer, residual, count)
    case .clamp: apply(Clamp(low: first, high: second), pointer, residual, count)
    case .leakyReLU: apply(LeakyReLU(slope: first), pointer, residual, count)
    case .sigmoid: apply(Sigmoid(), pointer, residual, count)
    case .hardSigmoid: apply(HardSigmoid(slope: first, shift: second), pointer, residual, count)
    case .hardSwish: apply(HardSwish(), pointer, residual, count)
    case .tanh: apply(HyperbolicTangent(), pointer, residual, count)
    case .mish: apply(Mish(), pointer, residual, count)
    case .elu: apply(ELU(scale: first), pointer, residual, count)
    case .exp: apply(Exponential(), pointer, residual, count)
    case .reciprocal: apply(Reciprocal(), pointer, residual, count)
    case .log, .softplus, .erf, .squareRoot, .negate, .absolute, .floor, .ceil, .round:
        for index in 0..<count {
            let x = pointer[index] + (residual?[index] ?? 0)
            pointer[index] = evaluate(epilogue.activation, x)
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
