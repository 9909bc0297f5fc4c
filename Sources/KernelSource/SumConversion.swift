import CInstructions
import Kernels

/// How the sums of a block of channels become results where sums are integers or results are bytes.
///
/// Everything is IEEE-exact, so results do not depend on the instruction set.
struct SumConversion {
    /// Factors that make integer sums values, from the first channel on; nil where sums are floats, bias included.
    var factors: UnsafePointer<Float>?
    var bias: UnsafePointer<Float>
    /// What result bytes stand for; nil where results are floats.
    var results: ByteScale?
    var residual: ByteScale
    /// Where channels have a scale of their own: its inverses and zeros, from the first channel on.
    var channels: (inverses: UnsafePointer<Float>, zeros: UnsafePointer<Float>)?

    /// Nil where both are floats of whatever precision.
    @inline(always)
    init?(
        _ output: BlockedView, _ epilogue: Epilogue, factors: Int?, bias: Int, _ constants: UnsafePointer<Float>
    ) {
        let storesBytes = output.element.isByte
        guard factors != nil || storesBytes else { return nil }
        self.factors = factors.map { constants + $0 }
        self.bias = constants + bias
        channels = output.byteScale.channels.map { (constants + $0, constants + $0 + output.blocks * 16) }
        results = storesBytes ? output.byteScale : nil
        residual = epilogue.residualScale
    }

    @inline(always)
    func advanced(by blocks: Int) -> SumConversion {
        var next = self
        next.factors = factors.map { $0 + blocks * 16 }
        next.bias = bias + blocks * 16
        next.channels = channels.map { ($0.inverses + blocks * 16, $0.zeros + blocks * 16) }
        return next
    }

    /// Converts `count` sums of one block (whole pixels) and applies the epilogue. `out` may be `sums`.
    func apply(
        _ epilogue: Epilogue, _ sums: UnsafePointer<Float>, _ residual: UnsafeRawPointer?,
        _ out: UnsafeMutableRawPointer, _ count: Int
    ) {
        let addend = AddendBytes(values: residual, isLate: epilogue.addsLast)
        guard let results else {
            let floats = FloatResults()
            return apply(epilogue, integerSums, floats, sums, addend, out, count)
        }
        var bytes = ByteResults(results, residual: self.residual)
        if let channels { bytes.use(inverses: load(channels.inverses), zeros: load(channels.zeros)) }
        if factors == nil {
            apply(epilogue, FloatSums(), bytes, sums, addend, out, count)
        } else {
            apply(epilogue, integerSums, bytes, sums, addend, out, count)
        }
    }

    @inline(always)
    private var integerSums: IntegerSums { IntegerSums(factor: load(factors ?? bias), bias: load(bias)) }

    /// The usual activations have loops of their own, the others share one.
    @inline(always)
    private func apply<S: Sums, R: Results>(
        _ epilogue: Epilogue, _ kind: S, _ results: R, _ sums: UnsafePointer<Float>, _ addend: AddendBytes,
        _ out: UnsafeMutableRawPointer, _ count: Int
    ) {
        switch epilogue.activation {
        case .none: convert(Unchanged(), kind, results, sums, addend, out, count)
        case .silu: convert(SiLU<UInt8>(), kind, results, sums, addend, out, count)
        case .clamp:
            convert(Clamp(low: epilogue.first, high: epilogue.second), kind, results, sums, addend, out, count)
        case .leakyReLU: convert(LeakyReLU(slope: epilogue.first), kind, results, sums, addend, out, count)
        case .hardSwish: convert(HardSwish(), kind, results, sums, addend, out, count)
        default: convert(AnyFunction(epilogue: epilogue), kind, results, sums, addend, out, count)
        }
    }
}

/// Where addends are, and whether they are added after the function.
private struct AddendBytes {
    var values: UnsafeRawPointer?
    var isLate: Bool
}

/// How stored sums are read.
private protocol Sums {
    func value(_ sums: UnsafePointer<Float>) -> Vector
}

private struct FloatSums: Sums {
    @inline(always)
    func value(_ sums: UnsafePointer<Float>) -> Vector { load(sums) }
}

private struct IntegerSums: Sums {
    var factor: Vector
    var bias: Vector

    @inline(always)
    func value(_ sums: UnsafePointer<Float>) -> Vector {
        let integers = unsafeBitCast(load(sums), to: SIMD16<Int32>.self)
        return bias.addingProduct(wh_floats_of(integers), factor)
    }
}

/// How results are stored, and addends read.
protocol Results {
    static var bytesPerValue: Int { get }
    func addend(_ place: UnsafeRawPointer) -> Vector
    func store(_ value: Vector, _ place: UnsafeMutableRawPointer)
}

struct FloatResults: Results {
    @inline(always)
    static var bytesPerValue: Int { 4 }

    @inline(always)
    func addend(_ place: UnsafeRawPointer) -> Vector { place.loadUnaligned(as: Vector.self) }

    @inline(always)
    func store(_ value: Vector, _ place: UnsafeMutableRawPointer) { place.storeBytes(of: value, as: Vector.self) }
}

/// Adding 1.5·2²³ rounds to a whole number, whose low byte is that of the bits.
@inline(always)
private var byteShifter: Float { 12_582_912 }

/// Numbers with `byteShifter` added, clamped to 0...255: integers whose low bytes they are.
@inline(always)
private func nearestBytes(_ shifted: Vector) -> SIMD16<Int32> {
    unsafeBitCast(clamp(shifted, byteShifter, byteShifter + 255), to: SIMD16<Int32>.self)
}

extension ByteScale {
    /// Values as their bytes, one in each lane.
    @inline(always)
    func bytes(of values: Vector) -> SIMD16<Int32> {
        let shifted = Vector(repeating: byteShifter + zero).addingProduct(values, Vector(repeating: 1 / scale))
        return nearestBytes(shifted) & SIMD16<Int32>(repeating: 255)
    }
}

struct ByteResults: Results {
    @inline(always)
    static var bytesPerValue: Int { 1 }

    private var inverse: Vector
    private var shift: Vector
    private var residualScale: Vector
    private var residualShift: Vector

    @inline(always)
    init(_ scale: ByteScale, residual: ByteScale) {
        inverse = Vector(repeating: 1 / scale.scale)
        shift = Vector(repeating: byteShifter + scale.zero)
        residualScale = Vector(repeating: residual.scale)
        residualShift = Vector(repeating: -residual.scale * residual.zero)
    }

    /// Scales of single channels in place of one for all.
    @inline(always)
    mutating func use(inverses: Vector, zeros: Vector) {
        inverse = inverses
        shift = Vector(repeating: byteShifter) + zeros
    }

    @inline(always)
    func addend(_ place: UnsafeRawPointer) -> Vector {
        residualShift.addingProduct(wh_floats_of(wh_widen_bytes(place)), residualScale)
    }

    @inline(always)
    func store(_ value: Vector, _ place: UnsafeMutableRawPointer) {
        wh_store_low_bytes(nearestBytes(shift.addingProduct(value, inverse)), place)
    }
}

/// A function that few networks use: found out for each vector.
private struct AnyFunction: ElementFunction {
    var epilogue: Epilogue

    @inline(always)
    func callAsFunction(_ x: Vector) -> Vector {
        switch epilogue.activation {
        case .sigmoid: return sigmoid(x)
        case .hardSigmoid: return HardSigmoid(slope: epilogue.first, shift: epilogue.second)(x)
        case .tanh: return hyperbolicTangent(x)
        case .mish: return mish(x)
        case .elu: return ELU(scale: epilogue.first)(x)
        case .exp: return exponential(x)
        case .reciprocal: return Reciprocal()(x)
        default:
            var result = x
            for lane in 0..<16 { result[lane] = evaluate(epilogue.activation, x[lane]) }
            return result
        }
    }
}

@inline(never)
private func convert<F: ElementFunction, S: Sums, R: Results>(
    _ function: F, _ kind: S, _ results: R, _ sums: UnsafePointer<Float>, _ addend: AddendBytes,
    _ out: UnsafeMutableRawPointer, _ count: Int
) {
    var index = 0
    if let values = addend.values, addend.isLate {
        while index < count {
            let sum = function(kind.value(sums + index)) + results.addend(values + index * R.bytesPerValue)
            results.store(sum, out + index * R.bytesPerValue)
            index += 16
        }
    } else if let values = addend.values {
        while index < count {
            let sum = kind.value(sums + index) + results.addend(values + index * R.bytesPerValue)
            results.store(function(sum), out + index * R.bytesPerValue)
            index += 16
        }
    } else {
        while index < count {
            results.store(function(kind.value(sums + index)), out + index * R.bytesPerValue)
            index += 16
        }
    }
}
