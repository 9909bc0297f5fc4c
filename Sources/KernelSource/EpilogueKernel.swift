import Kernels

/// Applies `epilogue` in place to `count` floats (a multiple of 16) at `pointer`; `residual` points at the addend.
@inline(__always)
private func applyVectors(
    _ pointer: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int, _ kind: ActivationKind,
    _ first: Float, _ second: Float
) {
    var index = 0
    if let residual {
        while index < count {
            store(activate(load(pointer + index) + load(residual + index), kind, first, second), pointer + index)
            index += 16
        }
    } else {
        while index < count {
            store(activate(load(pointer + index), kind, first, second), pointer + index)
            index += 16
        }
    }
}

/// The residual addition and activation of a kernel's result, in place over a contiguous run of whole vectors.
func applyEpilogue(
    _ pointer: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int, _ epilogue: Epilogue
) {
    let (first, second) = (epilogue.first, epilogue.second)
    // One loop for each frequent activation keeps the choice out of the loop.
    switch epilogue.activation {
    case .none: applyVectors(pointer, residual, count, .none, 0, 0)
    case .silu: applyVectors(pointer, residual, count, .silu, 0, 0)
    case .clamp: applyVectors(pointer, residual, count, .clamp, first, second)
    case .leakyReLU: applyVectors(pointer, residual, count, .leakyReLU, first, second)
    case .sigmoid: applyVectors(pointer, residual, count, .sigmoid, 0, 0)
    case .hardSigmoid: applyVectors(pointer, residual, count, .hardSigmoid, first, second)
    case .hardSwish: applyVectors(pointer, residual, count, .hardSwish, 0, 0)
    case .log, .softplus, .erf: applyScalars(pointer, residual, count, epilogue.activation)
    default: applyVectors(pointer, residual, count, epilogue.activation, first, second)
    }
}

private func applyScalars(
    _ pointer: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int, _ kind: ActivationKind
) {
    for index in 0..<count {
        let addend = residual.map { $0[index] } ?? 0
        pointer[index] = activateScalar(pointer[index] + addend, kind)
    }
}

/// The epilogue over any number of floats; a tail shorter than a vector goes through a padded copy.
func applyEpilogueToArray(_ pointer: UnsafeMutablePointer<Float>, _ count: Int, _ epilogue: Epilogue) {
    guard !epilogue.isIdentity else { return }
    let whole = count / 16 * 16
    applyEpilogue(pointer, nil, whole, epilogue)
    guard whole < count else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { tail in
        guard let base = tail.baseAddress else { return }
        base.initialize(repeating: 0, count: 16)
        base.update(from: pointer + whole, count: count - whole)
        applyEpilogue(base, nil, 16, epilogue)
        (pointer + whole).update(from: base, count: count - whole)
    }
}
