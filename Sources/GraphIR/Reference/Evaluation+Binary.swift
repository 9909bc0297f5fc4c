import Foundation
import Tensors

extension Evaluation {
    func binary(_ function: BinaryFunction, type: TensorType) throws(GraphError) -> Tensor {
        let a = try tensor(0).broadcast(to: type.shape)
        var b = try tensor(1).broadcast(to: type.shape)
        // Power alone may mix types; its result has the base's.
        if function == .power { b = b.cast(to: a.elementType) }
        if let x = a.floats, let y = b.floats {
            if type.elementType == .bool {
                return Tensor(shape: type.shape, storage: .bool(zip(x, y).map { function.compares($0, $1) }))
            }
            return Tensor(zip(x, y).map { function.value($0, $1) }, shape: type.shape)
        }
        return try integerBinary(function, a.integers ?? [], b.integers ?? [], type: type)
    }

    private func integerBinary(
        _ function: BinaryFunction, _ a: [Int64], _ b: [Int64], type: TensorType
    ) throws(GraphError) -> Tensor {
        if function == .divide || function == .modulo, b.contains(0) {
            throw operands.failure(.invalidValue, "divides an integer by zero")
        }
        if type.elementType == .bool, function.isComparison {
            return Tensor(shape: type.shape, storage: .bool(zip(a, b).map { function.compares($0, $1) }))
        }
        return .integers(zip(a, b).map { function.value($0, $1) }, as: type.elementType, shape: type.shape)
    }
}

extension BinaryFunction {
    fileprivate var isComparison: Bool { self == .equal || self == .greater || self == .less }

    fileprivate func compares<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
        switch self {
        case .greater: a > b
        case .less: a < b
        default: a == b
        }
    }

    fileprivate func value(_ a: Float, _ b: Float) -> Float {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: Float(pow(Double(a), Double(b)))
        case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
        case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
        case .modulo: a - b * (a / b).rounded(.down)
        case .equal, .greater, .less: compares(a, b) ? 1 : 0
        }
    }

    fileprivate func value(_ a: Int64, _ b: Int64) -> Int64 {
        switch self {
        case .add: a &+ b
        case .subtract: a &- b
        case .multiply: a &* b
        case .divide: a.dividedReportingOverflow(by: b).partialValue
        case .power: power(a, b)
        case .modulo: modulo(a, b)
        case .minimum: min(a, b)
        case .maximum: max(a, b)
        case .equal, .greater, .less: compares(a, b) ? 1 : 0
        }
    }

    private func modulo(_ a: Int64, _ b: Int64) -> Int64 {
        let rest = a.remainderReportingOverflow(dividingBy: b).partialValue
        return rest != 0 && (rest < 0) != (b < 0) ? rest &+ b : rest
    }

    /// Integer power by repeated squaring, wrapping around; a negative exponent truncates to 0 except for ±1.
    private func power(_ base: Int64, _ exponent: Int64) -> Int64 {
        if exponent < 0 { return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0 }
        var (result, square, rest): (Int64, Int64, Int64) = (1, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }
}
